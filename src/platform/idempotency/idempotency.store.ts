import { Injectable } from '@nestjs/common';
import { type ByKey, rowsOf, Transaction, type Validation } from '../database/index.js';
import { assertSameRequest, type IdempotentRequest } from './idempotent-request.js';

/** An answer as it was sent: status and body, byte for byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

const INSERT = `
  INSERT INTO idempotency_keys (key, caller_id, route, fingerprint, status, body)
  ${rowsOf('key text, caller_id uuid, route text, fingerprint bytea, status smallint, body text')}`;
const FIND = `
  SELECT fingerprint, status, body FROM idempotency_keys WHERE caller_id = $1 AND route = $2 AND key = $3`;
const ANSWERED = {
  sql: `
    SELECT t.request FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS t (request, caller_id, route, key)
    JOIN idempotency_keys k USING (caller_id, route, key)`,
  key: 'request',
} as const satisfies ByKey;

const UNANSWERED = {
  sql: `
    SELECT refuse_stale(count(*) > 0)
    FROM (${rowsOf('request text, caller_id uuid, route text, key text')}) AS t
    JOIN idempotency_keys k USING (caller_id, route, key)`,
} as const satisfies Validation;

/** The constraint that says that the key was answered before. */
export const ANSWERED_BEFORE = 'idempotency_keys_pkey';

@Injectable()
export class IdempotencyStore {
  constructor(private readonly tx: Transaction) {}

  /** Keeps the answer in the running transaction, which fails on `ANSWERED_BEFORE` when another one came first. */
  keep(request: IdempotentRequest, answer: StoredAnswer): void {
    this.tx.writeEach(INSERT, [values(request, answer)]);
  }

  /** Keeps the answer by itself and says which one counts: this one, or one kept before it. */
  async keepFirst(request: IdempotentRequest, answer: StoredAnswer): Promise<StoredAnswer> {
    const inserted = await this.tx.query(
      `${INSERT} ON CONFLICT DO NOTHING RETURNING 1`,
      values(request, answer).map((value) => [value]),
    );
    return inserted.length > 0 ? answer : ((await this.find(request)) ?? answer);
  }

  /** Whether the request has its answer; in the running transaction, with what others ask for at the same time. */
  async isAnswered({ requestKey, callerId, route, key }: IdempotentRequest): Promise<boolean> {
    return (await this.tx.each(ANSWERED, [[requestKey.toString('hex'), callerId, route, key]])).length > 0;
  }

  /** Has the running transaction, which is optimistic, run again if the request has its answer. */
  validateUnanswered({ requestKey, callerId, route, key }: IdempotentRequest): void {
    this.tx.validate(UNANSWERED, [[requestKey.toString('hex'), callerId, route, key]]);
  }

  /** @throws IdempotencyKeyReused when the key was answered for another request */
  async find(request: IdempotentRequest): Promise<StoredAnswer | undefined> {
    const [row] = await this.tx.query<{ fingerprint: Buffer; status: number; body: string }>(FIND, [
      request.callerId,
      request.route,
      request.key,
    ]);
    if (row) assertSameRequest(request, row.fingerprint);
    return row && { status: row.status, body: row.body };
  }
}

function values({ callerId, route, key, fingerprint }: IdempotentRequest, { status, body }: StoredAnswer) {
  return [key, callerId, route, fingerprint, status, body];
}
