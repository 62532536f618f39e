import { setTimeout as delay } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
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
  parseKey,
  withIdempotentRequest,
} from './idempotent-request.js';

interface IdempotencyOptions {
  /** Whether a request without a key is refused (400); the default. */
  readonly required?: boolean;
  /**
   * The handler makes several transactions (it calls a provider in between), so it is not wrapped in one. It must
   * find what an earlier run with the same `requestKey` left, and go on from there.
   */
  readonly resumable?: boolean;
}

const OPTIONS = Symbol('idempotent');
/** Scope of callers who are not signed in. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** How long a second request waits for the first to answer, in milliseconds. */
const PATIENCE_MS = 6000;

const keyHeader = {
  name: 'Idempotency-Key',
  description: 'New for each intent, the same for each retry of it',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The handler has one effect for one `Idempotency-Key`, however often it is called. */
export const Idempotent = (options: IdempotencyOptions = {}) =>
  applyDecorators(SetMetadata(OPTIONS, options), ApiHeader({ ...keyHeader, required: options.required ?? true }));

/**
 * Runs a handler once for each key: effect and answer are committed together, so that a crash at any point and a
 * retry end in one effect, and a repeat gets the first answer byte for byte.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly tx: Transaction,
    private readonly store: IdempotencyStore,
    private readonly config: Config,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options = this.reflector.get<IdempotencyOptions | undefined>(OPTIONS, context.getHandler());
    return options ? from(this.serve(options, context, next)) : next.handle();
  }

  private async serve(options: IdempotencyOptions, context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const http = context.switchToHttp().getRequest<FastifyRequest & { user?: Caller }>();
    const handle = (): Promise<unknown> => lastValueFrom(next.handle());
    const header = http.headers['idempotency-key'];
    if (header === undefined) {
      if (options.required ?? true) throw new IdempotencyKeyMissing();
      return handle();
    }
    const route = `${http.method} ${http.routeOptions.url}`;
    const request = idempotentRequest(
      http.user?.userId ?? NOBODY,
      route,
      http.url,
      parseKey(String(header)),
      http.body,
    );
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const run = options.resumable ? this.resume : this.once;
    return withIdempotentRequest(request, () => run.call(this, request, http, reply, handle));
  }

  /** One transaction for the effect and the answer. */
  private async once(
    request: IdempotentRequest,
    http: FastifyRequest,
    reply: FastifyReply,
    handle: () => Promise<unknown>,
  ): Promise<string> {
    try {
      const answer = await this.tx.run(async () => {
        const made = answerOf(reply.statusCode, await handle());
        this.store.keep(request, made);
        return made;
      });
      return send(reply, answer);
    } catch (error) {
      return this.afterFailure(request, http, reply, error);
    }
  }

  /** Several transactions: the handler goes on where an earlier run stopped, and the answer is kept at the end. */
  private async resume(
    request: IdempotentRequest,
    http: FastifyRequest,
    reply: FastifyReply,
    handle: () => Promise<unknown>,
  ): Promise<string> {
    const patience = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const made = answerOf(reply.statusCode, await handle());
        const kept = await this.store.keepFirst(request, made);
        return kept === made ? send(reply, made) : replay(reply, kept);
      } catch (error) {
        if (!(error instanceof IdempotencyKeyInUse) || Date.now() > patience) {
          return await this.afterFailure(request, http, reply, error);
        }
        await delay(100);
      }
    }
  }

  /** A failure may only mean that the request had its effect before: then the first answer counts. */
  private async afterFailure(
    request: IdempotentRequest,
    http: FastifyRequest,
    reply: FastifyReply,
    error: unknown,
  ): Promise<string> {
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
