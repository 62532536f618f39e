import { Injectable } from '@nestjs/common';
import { type BatchQuery, columnsOf, insertMany, Transaction } from '../database/index.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { AnsweredBefore, assertSameRequest, type IdempotentRequest } from './idempotent-request.js';

/** A response as it was sent: status and body, byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  /** It shows something in progress, so a repeat gets the present state instead. */
  readonly provisional: boolean;
}

const INSERT = insertMany(IdempotencyKeyEntity, [
  'key',
  'callerId',
  'route',
  'fingerprint',
  'status',
  'body',
  'provisional',
]);
const INSERT_FIRST = `${INSERT.sql} ON CONFLICT DO NOTHING RETURNING 1`;
/** Replaces a stored refusal: an effect under the key takes precedence. */
const INSERT_EFFECT = {
  ...INSERT,
  sql: `${INSERT.sql}
  ON CONFLICT (caller_id, route, key) DO UPDATE
  SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, provisional = excluded.provisional
  WHERE idempotency_keys.status >= 400`,
};
const INSERT_FIRST_EFFECT = `${INSERT_EFFECT.sql} RETURNING 1`;
const FIND = `
  SELECT ${columnsOf(IdempotencyKeyEntity, 'k', ['fingerprint', 'status', 'body', 'provisional'])} FROM idempotency_keys k
  WHERE k.caller_id = $1 AND k.route = $2 AND k.key = $3`;
const ANSWERED = {
  sql: `
    SELECT t.request FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS t (request, caller_id, route, key)
    JOIN idempotency_keys k USING (caller_id, route, key)`,
  key: 'request',
} as const satisfies BatchQuery;

/** The constraint that is violated if the key has a response already. */
export const ANSWERED_BEFORE = 'idempotency_keys_pkey';

@Injectable()
export class IdempotencyStore {
  constructor(private readonly tx: Transaction) {}

  /**
   * Stores the response in the running transaction without waiting. The transaction fails with `ANSWERED_BEFORE` if another
   * response was stored first, which PostgreSQL logs as an error.
   */
  keep(request: IdempotentRequest, answer: StoredAnswer): void {
    this.tx.writeBatch(INSERT, [keyOf(request, answer)]);
  }

  /** Stores the response in the running transaction, with one more round trip. @throws AnsweredBefore */
  async keepOnly(request: IdempotentRequest, answer: StoredAnswer): Promise<void> {
    if (!(await this.insertFirst(request, answer))) throw new AnsweredBefore();
  }

  /**
   * Stores the response in the running transaction, which records an effect that earlier transactions started. Replaces a
   * refusal, but not a response that an earlier run of the request stored.
   */
  keepEffect(request: IdempotentRequest, answer: StoredAnswer): void {
    this.tx.writeBatch(INSERT_EFFECT, [keyOf(request, answer)]);
  }

  /** Stores a refusal separately. Returns the valid response: this one, or one that was stored before. */
  keepFirst(request: IdempotentRequest, answer: StoredAnswer): Promise<StoredAnswer> {
    return this.keepUnlessKept(INSERT_FIRST, request, answer);
  }

  /** Like `keepFirst`, for the response of a request that had its effect: it replaces a refusal. */
  keepFirstEffect(request: IdempotentRequest, answer: StoredAnswer): Promise<StoredAnswer> {
    return this.keepUnlessKept(INSERT_FIRST_EFFECT, request, answer);
  }

  private async keepUnlessKept(sql: string, request: IdempotentRequest, answer: StoredAnswer): Promise<StoredAnswer> {
    return (await this.insertFirst(request, answer, sql)) ? answer : ((await this.find(request)) ?? answer);
  }

  private async insertFirst(
    request: IdempotentRequest,
    answer: StoredAnswer,
    sql: string = INSERT_FIRST,
  ): Promise<boolean> {
    const columns = INSERT.rowOf(keyOf(request, answer)).map((value) => [value]);
    return (await this.tx.query(sql, columns)).length > 0;
  }

  /** Whether the request has a response; reads in the running transaction, batched with concurrent reads. */
  async isAnswered({ requestKey, callerId, route, key }: IdempotentRequest): Promise<boolean> {
    return (await this.tx.queryBatch(ANSWERED, [[requestKey.toString('hex'), callerId, route, key]])).length > 0;
  }

  /** @throws IdempotencyKeyReused if the key has the response of another request */
  async find(request: IdempotentRequest): Promise<StoredAnswer | undefined> {
    const [row] = await this.tx.query<StoredAnswer & { fingerprint: Buffer } & Record<string, unknown>>(FIND, [
      request.callerId,
      request.route,
      request.key,
    ]);
    if (row) assertSameRequest(request, row.fingerprint);
    return row && { status: row.status, body: row.body, provisional: row.provisional };
  }
}

function keyOf({ callerId, route, key, fingerprint }: IdempotentRequest, answer: StoredAnswer) {
  return { key, callerId, route, fingerprint, ...answer };
}
