import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId } from '../shared/ids.js';
import { columnsOf, insertMany, shopLock, Transaction } from '../platform/database/index.js';
import { LedgerSealEntity } from './ledger-seal.entity.js';

/** A link of the chain: its position, and the hash over all seals up to it. */
export interface Link {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The link of a transaction. */
export interface Seal extends Link {
  readonly transactionId: LedgerTransactionId;
}

/** A transaction that waits for its seal, with its whole content. */
export interface Unsealed {
  readonly id: LedgerTransactionId;
  readonly content: string;
}

/** Batch sizes of sealing and of checking. They are part of the SQL text, so that the planner knows them. */
export const SEALED_AT_ONCE = 1000;
const CHECKED_AT_ONCE = 5000;

/** The advisory lock of the sealer: one number for all installations, different from that of migrations. */
const SEALER_LOCK = 748_456;

/**
 * The content of transaction `t` as a canonical text (jsonb, times in microseconds). Do not change it: all existing seals were
 * computed from it. New columns need a new version of the text that applies from a later seal on.
 */
const CONTENT = `
  jsonb_build_array(t.id, t.kind, t.reference_id, t.order_id, (extract(epoch FROM t.created_at) * 1000000)::bigint,
    t.reference, t.reason, t.actor_id,
    (SELECT jsonb_agg(jsonb_build_array(e.position, a.code, a.currency, a.type, e.amount) ORDER BY e.position)
     FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE e.transaction_id = t.id))::text`;

const LOCK = `SELECT pg_try_advisory_xact_lock(${shopLock(SEALER_LOCK)}) AS locked`;
const HEAD = `SELECT ${columnsOf(LedgerSealEntity, 's', ['seq', 'transactionId', 'hash'])} FROM ledger_seals s ORDER BY s.seq DESC LIMIT 1`;
// LIMIT applies before the join, so the cost does not depend on how many transactions wait or are sealed.
const WAITING = `
  SELECT t.id, ${CONTENT} AS content
  FROM (SELECT transaction_id FROM ledger_unsealed ORDER BY transaction_id LIMIT ${SEALED_AT_ONCE}) u
  JOIN ledger_transactions t ON t.id = u.transaction_id ORDER BY t.id`;
const COUNT_WAITING = 'SELECT count(*) AS waiting FROM ledger_unsealed';

const INSERT = insertMany(LedgerSealEntity, ['seq', 'transactionId', 'hash']);
const DONE = 'DELETE FROM ledger_unsealed WHERE transaction_id = ANY ($1::uuid[])';
const ADD_UP = `
  INSERT INTO ledger_rollups (account_id, hour, amount)
  SELECT account_id, ledger_hour(transaction_id), sum(amount) FROM ledger_entries
  WHERE transaction_id = ANY ($1::uuid[]) GROUP BY 1, 2
  ON CONFLICT (account_id, hour) DO UPDATE SET amount = ledger_rollups.amount + excluded.amount`;

/**
 * Checks the seals after $1 (whose hash is $2). Returns those that do not follow from the one before, and the last of the
 * batch. LIMIT 1 prevents a join that reads the whole ledger for each batch.
 */
const CHECK = `
  WITH batch AS (
    SELECT seq, transaction_id, hash, lag(seq, 1, $1::bigint) OVER (ORDER BY seq) + 1 AS expected,
      lag(hash, 1, $2::bytea) OVER (ORDER BY seq) AS previous
    FROM ledger_seals WHERE seq > $1 ORDER BY seq LIMIT ${CHECKED_AT_ONCE}
  ), checked AS (
    SELECT b.seq, b.transaction_id, b.hash,
      b.seq = b.expected AND coalesce(b.hash = sha256(b.previous || convert_to(t.content, 'UTF8')), false) AS intact
    FROM batch b LEFT JOIN LATERAL (
      SELECT ${CONTENT} AS content FROM ledger_transactions t WHERE t.id = b.transaction_id LIMIT 1) t ON true
  )
  SELECT seq, transaction_id AS "transactionId", hash, intact FROM checked
  WHERE NOT intact OR seq = (SELECT max(seq) FROM batch) ORDER BY seq`;
const WAITING_AND_GONE = `
  SELECT u.transaction_id AS id FROM ledger_unsealed u
  WHERE NOT EXISTS (SELECT FROM ledger_transactions t WHERE t.id = u.transaction_id) LIMIT 20`;
const UNCOVERED = `
  SELECT t.id FROM ledger_transactions t
  WHERE NOT EXISTS (SELECT FROM ledger_seals s WHERE s.transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.transaction_id = t.id)`;
const HAS = `SELECT EXISTS (SELECT FROM ledger_seals WHERE seq = $1 AND hash = $2) AS has`;

/** The chain of seals, and the hourly sums that are written with it. */
@Injectable()
export class SealsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Tries to become the only sealer until the transaction ends. Does not affect writers. */
  async lock(): Promise<boolean> {
    return (await this.tx.query<{ locked: boolean }>(LOCK))[0]!.locked;
  }

  async head(): Promise<Seal | undefined> {
    return (await this.tx.query<Seal & Record<string, unknown>>(HEAD))[0];
  }

  /** Returns at most `SEALED_AT_ONCE` transactions. */
  waiting(): Promise<Unsealed[]> {
    return this.tx.query<Unsealed & Record<string, unknown>>(WAITING);
  }

  async countWaiting(): Promise<number> {
    return (await this.tx.query<{ waiting: number }>(COUNT_WAITING))[0]!.waiting;
  }

  /** Changes seals, queue and sums in the running transaction, so that an entry counts either as unsealed or in a sum. */
  seal(seals: readonly Seal[]): void {
    const sealed = [seals.map(({ transactionId }) => transactionId)];
    this.tx.writeBatch(INSERT, seals);
    this.tx.write(DONE, sealed);
    this.tx.write(ADD_UP, sealed);
  }

  /** Checks a batch of seals after this link. Returns the wrong ones and the last, in order; nothing at the end of the chain. */
  check({ seq, hash }: Link): Promise<(Seal & { readonly intact: boolean })[]> {
    return this.tx.query<Seal & { intact: boolean } & Record<string, unknown>>(CHECK, [seq, hash]);
  }

  /** Whether the chain has this link. */
  async has({ seq, hash }: Link): Promise<boolean> {
    return (await this.tx.query<{ has: boolean }>(HAS, [seq, hash]))[0]!.has;
  }

  /**
   * Returns transactions that are neither sealed nor waiting (among the given ones, or among all), and waiting ones that no
   * longer exist. At most 40.
   */
  async uncovered(written?: readonly string[]): Promise<LedgerTransactionId[]> {
    const gone = await this.tx.query<{ id: LedgerTransactionId }>(WAITING_AND_GONE);
    const found = written
      ? await this.tx.query<{ id: LedgerTransactionId }>(`${UNCOVERED} AND t.id = ANY($1::uuid[]) LIMIT 20`, [written])
      : await this.tx.query<{ id: LedgerTransactionId }>(`${UNCOVERED} LIMIT 20`);
    return [...found, ...gone].map(({ id }) => id);
  }
}
