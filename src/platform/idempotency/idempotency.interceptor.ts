import { setTimeout as delay } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError } from '../../shared/errors.js';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { Transaction, violatedConstraint } from '../database/index.js';
import { noteProblem, problemBody, problemOf } from '../http/index.js';
import { counter } from '../metrics/index.js';
import { ANSWERED_BEFORE, IdempotencyStore, type StoredAnswer } from './idempotency.store.js';
import { type IdempotencyOptions, OPTIONS } from './idempotency-options.js';
import {
  IdempotencyKeyInUse,
  IdempotencyKeyMissing,
  idempotentRequest,
  type IdempotentRequest,
  keyIn,
  secretsKeyOf,
  serving,
} from './idempotent-request.js';
import { ReplayReader } from './replays.js';

const replayed = counter(
  'till_idempotent_replays_total',
  'Requests that got the response to an earlier one with their key.',
  {},
);

/** How long a second request waits for the response to the first, in milliseconds. */
const PATIENCE_MS = 6000;

/** One request with a key, and how to run and answer it. */
interface Exchange {
  readonly request: IdempotentRequest;
  readonly options: IdempotencyOptions;
  readonly http: FastifyRequest & { user?: Caller };
  readonly reply: FastifyReply;
  /** Runs the handler; every call is a new run. */
  readonly handle: () => Promise<unknown>;
  readonly answer: (result: unknown, isProvisional?: boolean) => StoredAnswer;
}

/**
 * Runs a handler once per key: effect and response are committed together, so that a crash at any point and a retry end in one
 * effect, and a repeat gets the first response byte for byte.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly secretsKey: Buffer;

  constructor(
    private readonly reflector: Reflector,
    private readonly tx: Transaction,
    private readonly store: IdempotencyStore,
    private readonly config: Config,
    private readonly reader: ReplayReader,
  ) {
    this.secretsKey = secretsKeyOf(config.accessToken.privateKeys[0]!);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.serve(context, next));
  }

  private async serve(context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const options = this.reflector.get<IdempotencyOptions>(OPTIONS, context.getHandler());
    const present = (options.present ?? ((result: unknown) => result)) as (result: unknown) => unknown;
    const http = context.switchToHttp().getRequest<FastifyRequest & { user?: Caller }>();
    const handle = (): Promise<unknown> => lastValueFrom(next.handle());
    const key = keyIn(keysSent(http));
    if (key === undefined) {
      if (options.required ?? true) throw new IdempotencyKeyMissing();
      return present(await handle());
    }
    const { user, url, body } = http;
    const route = `${http.method} ${http.routeOptions.url}`;
    const anonymousScope = user ? undefined : options.anonymousScope?.(body);
    const request = idempotentRequest(
      { callerId: user?.apiKey?.id ?? user?.userId, route, url, key, body, anonymousScope },
      this.secretsKey,
    );
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const isProvisional = (options.isProvisional ?? (() => false)) as (result: unknown) => boolean;
    const answer = (result: unknown, provisional = isProvisional(result)) =>
      answerOf(reply.statusCode, present(result), provisional);
    const exchange = { request, options, http, reply, handle, answer };
    return options.resumable ? this.resume(exchange) : this.once(exchange);
  }

  /** Runs the handler in one transaction for effect and response; a repeat gets its response before it. */
  private async once(exchange: Exchange): Promise<string> {
    const before = await this.store.find(exchange.request);
    if (before) return this.replay(exchange, before);
    try {
      return send(exchange.reply, await this.alone(exchange));
    } catch (error) {
      return this.afterFailure(exchange, error);
    }
  }

  private alone({ request, handle, answer }: Exchange): Promise<StoredAnswer> {
    return this.tx.run(async () => {
      const made = answer(await handle());
      await this.store.keepOnly(request, made);
      return made;
    });
  }

  /** Lets the handler make its own transactions: it continues where an earlier run stopped, and its last one stores the response. */
  private async resume(exchange: Exchange): Promise<string> {
    const patience = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.goOn(exchange);
      } catch (error) {
        const waits = error instanceof IdempotencyKeyInUse && performance.now() < patience;
        if (!waits) return await this.afterFailure(exchange, error);
        await delay(100);
      }
    }
  }

  private async goOn(exchange: Exchange): Promise<string> {
    const { request, reply, handle, answer } = exchange;
    // The transaction may run several times, and may keep nothing in the end: what counts is what the handler returns.
    const kept = new Map<unknown, StoredAnswer>();
    const keep = (result: unknown, isProvisional?: boolean) => {
      const made = answer(result, isProvisional);
      kept.set(result, made);
      this.store.keepEffect(request, made);
    };
    const keepSole = (result: unknown) => {
      const made = answer(result);
      kept.set(result, made);
      this.store.keep(request, made);
    };
    const isAnswered = () => this.store.isAnswered(request);
    const result = await serving({ request, isAnswered, keep, keepSole }, handle);
    const committed = kept.get(result);
    if (committed) return send(reply, committed);
    const made = answer(result);
    const first = await this.store.keepFirstEffect(request, made);
    return first === made ? send(reply, made) : this.replay(exchange, first);
  }

  /** If a failure only means that the request had its effect before, returns the first response. */
  private async afterFailure(exchange: Exchange, error: unknown): Promise<string> {
    const answeredBefore = violatedConstraint(error) === ANSWERED_BEFORE;
    if (!answeredBefore && !(error instanceof DomainError && mayHideAnAnswer(error))) throw error;
    const before = await this.store.find(exchange.request);
    if (before) return this.replay(exchange, before);
    if (!(error instanceof DomainError) || error.kind !== 'conflict' || error.isTransient) throw error;
    return this.keepRefusal(exchange, error);
  }

  private async keepRefusal(exchange: Exchange, error: DomainError): Promise<string> {
    const { request, http, reply } = exchange;
    const problem = problemOf(error);
    noteProblem(http, problem.code);
    const body = JSON.stringify(problemBody(problem, this.config.http.publicUrl, http));
    const made = { status: problem.status, body, provisional: false };
    const kept = await this.store.keepFirst(request, made);
    return kept === made ? send(reply, made) : this.replay(exchange, kept);
  }

  /** Sends a stored response again, or the present state of its resource, to a caller who may read it now. */
  private async replay({ options, http, reply, answer }: Exchange, kept: StoredAnswer): Promise<string> {
    const present = await this.reread(options, http, kept);
    replayed.inc();
    void reply.header('Idempotent-Replayed', 'true');
    return send(reply, present === undefined ? kept : { ...answer(present), status: kept.status });
  }

  private async reread({ replays }: IdempotencyOptions, { user, params }: Exchange['http'], kept: StoredAnswer) {
    if (!replays || !user) return undefined;
    return this.reader.reread(replays, kept, { caller: user, params: params as Record<string, string> });
  }
}

/** Whether an error may hide an earlier response: failed validation, authorisation or database says nothing about it. */
function mayHideAnAnswer({ kind }: DomainError): boolean {
  return kind === 'conflict' || kind === 'precondition_failed';
}

function answerOf(status: number, result: unknown, provisional: boolean): StoredAnswer {
  return { status, body: JSON.stringify(result ?? null), provisional };
}

function send(reply: FastifyReply, { status, body }: StoredAnswer): string {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  void reply.status(status).header('Content-Type', `${type}; charset=utf-8`);
  return body;
}

/** Returns the header as it was sent, once for each time. Of a request that the process makes to itself (gRPC), there is no such list. */
function keysSent({ raw, headers }: FastifyRequest): readonly string[] | undefined {
  const distinct = raw.headersDistinct as typeof raw.headersDistinct | undefined;
  return distinct ? distinct['idempotency-key'] : [headers['idempotency-key'] ?? []].flat();
}
