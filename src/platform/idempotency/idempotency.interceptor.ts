import { setTimeout as delay } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError } from '../../shared/errors.js';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { Transaction, violatedConstraint } from '../database/index.js';
import { problemBody, problemOf } from '../http/index.js';
import { ANSWERED_BEFORE, IdempotencyStore, type StoredAnswer } from './idempotency.store.js';
import {
  IdempotencyKeyInUse,
  IdempotencyKeyMissing,
  idempotentRequest,
  type IdempotentRequest,
  keyIn,
  secretsKeyOf,
  serving,
} from './idempotent-request.js';

interface IdempotencyOptions {
  /** Whether a request without a key is refused (400); the default. */
  readonly required?: boolean;
  /**
   * The handler makes several transactions (it calls a provider in between), so it is not wrapped in one. It must
   * find what an earlier run with the same `requestKey` left, and go on from there; and it hands its result to
   * `keepAnswer` in its last transaction.
   */
  readonly resumable?: boolean;
  /** The handler is short and may share its transaction with others of this kind that come at the same time (`Transaction.runInGroup`). */
  readonly inGroup?: string;
  /** For public routes: whom a request's body concerns, such as the e-mail address that registers. */
  readonly anonymousScope?: (body: unknown) => string | undefined;
  /** Makes the body of what the handler returns. */
  readonly present?: (result: never) => unknown;
}

const OPTIONS = Symbol('idempotent');
/** How long a second request waits for the first to answer, in milliseconds. */
const PATIENCE_MS = 6000;

const keyHeader = {
  name: 'Idempotency-Key',
  description: 'New for each intent, the same for each retry of it',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The handler has one effect for one `Idempotency-Key`, however often it is called. */
export const Idempotent = (options: IdempotencyOptions = {}) =>
  applyDecorators(
    SetMetadata(OPTIONS, options),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({ ...keyHeader, required: options.required ?? true }),
  );

/** One request with a key, and what becomes of it. */
interface Exchange {
  readonly request: IdempotentRequest;
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
  /** Runs the handler; every call is a new run. */
  readonly handle: () => Promise<unknown>;
  readonly answer: (result: unknown) => StoredAnswer;
}

/**
 * Runs a handler once for each key: effect and answer are committed together, so that a crash at any point and a
 * retry end in one effect, and a repeat gets the first answer byte for byte.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly secretsKey: Buffer;

  constructor(
    private readonly reflector: Reflector,
    private readonly tx: Transaction,
    private readonly store: IdempotencyStore,
    private readonly config: Config,
  ) {
    this.secretsKey = secretsKeyOf(config.accessToken.privateKey);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.serve(context, next));
  }

  private async serve(context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const options = this.reflector.get<IdempotencyOptions>(OPTIONS, context.getHandler());
    const present = (options.present ?? ((result: unknown) => result)) as (result: unknown) => unknown;
    const http = context.switchToHttp().getRequest<FastifyRequest & { user?: Caller }>();
    const handle = (): Promise<unknown> => lastValueFrom(next.handle());
    const key = keyIn(http.raw.headersDistinct['idempotency-key']);
    if (key === undefined) {
      if (options.required ?? true) throw new IdempotencyKeyMissing();
      return present(await handle());
    }
    const { user, url, body } = http;
    const route = `${http.method} ${http.routeOptions.url}`;
    const anonymousScope = user ? undefined : options.anonymousScope?.(body);
    const request = idempotentRequest(
      { callerId: user?.userId, route, url, key, body, anonymousScope },
      this.secretsKey,
    );
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const answer = (result: unknown) => answerOf(reply.statusCode, present(result));
    const exchange = { request, http, reply, handle, answer };
    return options.resumable ? this.resume(exchange) : this.once(exchange, options.inGroup);
  }

  /** One transaction for the effect and the answer. */
  private async once(exchange: Exchange, group: string | undefined): Promise<string> {
    const { request, reply, handle, answer } = exchange;
    try {
      const work = async () => {
        const result = answer(await handle());
        this.store.keep(request, result);
        return result;
      };
      const made = await (group ? this.tx.runInGroup(work, group) : this.tx.run(work));
      return send(reply, made);
    } catch (error) {
      return this.afterFailure(exchange, error);
    }
  }

  /** Several transactions: the handler goes on where an earlier run stopped, and its last one keeps the answer. */
  private async resume(exchange: Exchange): Promise<string> {
    const patience = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.goOn(exchange);
      } catch (error) {
        const waits = error instanceof IdempotencyKeyInUse && Date.now() < patience;
        if (!waits) return await this.afterFailure(exchange, error);
        await delay(100);
      }
    }
  }

  private async goOn({ request, reply, handle, answer }: Exchange): Promise<string> {
    let kept: StoredAnswer | undefined;
    const keep = (result: unknown) => {
      kept = answer(result);
      this.store.keep(request, kept);
    };
    const isAnswered = () => this.store.isAnswered(request);
    const validateUnanswered = () => this.store.validateUnanswered(request);
    const result = await serving({ request, keep, isAnswered, validateUnanswered }, handle);
    if (kept) return send(reply, kept);
    const made = answer(result);
    const first = await this.store.keepFirst(request, made);
    return first === made ? send(reply, made) : replay(reply, first);
  }

  /** A failure may only mean that the request had its effect before: then the first answer counts. */
  private async afterFailure({ request, http, reply }: Exchange, error: unknown): Promise<string> {
    const answeredBefore = violatedConstraint(error) === ANSWERED_BEFORE;
    if (!answeredBefore && !(error instanceof DomainError && mayHideAnAnswer(error))) throw error;
    const before = await this.store.find(request);
    if (before) return replay(reply, before);
    if (error instanceof IdempotencyKeyInUse || !(error instanceof DomainError) || error.kind !== 'conflict')
      throw error;
    const problem = problemOf(error);
    const made = {
      status: problem.status,
      body: JSON.stringify(problemBody(problem, this.config.http.publicUrl, http)),
    };
    const kept = await this.store.keepFirst(request, made);
    return kept === made ? send(reply, made) : replay(reply, kept);
  }
}

/** What fails validation, authorisation or the database says nothing about an earlier run. */
function mayHideAnAnswer({ kind }: DomainError): boolean {
  return kind === 'conflict' || kind === 'precondition_failed' || kind === 'not_found';
}

function answerOf(status: number, result: unknown): StoredAnswer {
  return { status, body: JSON.stringify(result ?? null) };
}

function replay(reply: FastifyReply, answer: StoredAnswer): string {
  void reply.header('Idempotent-Replayed', 'true');
  return send(reply, answer);
}

function send(reply: FastifyReply, { status, body }: StoredAnswer): string {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  void reply.status(status).header('Content-Type', `${type}; charset=utf-8`);
  return body;
}
