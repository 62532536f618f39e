import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';

/** A link of the chain: how many seals it ends, and their hash. */
export interface Link {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The link that a transaction made. */
export interface Seal extends Link {
  readonly transactionId: LedgerTransactionId;
}

/** A transaction that waits for its seal, with all that it says. */
export interface Unsealed {
  readonly id: LedgerTransactionId;
  readonly content: string;
}

/** Transactions that are sealed at once, and seals that are recomputed at once: in the texts, so that plans count on them. */
export const SEALED_AT_ONCE = 1000;
const CHECKED_AT_ONCE = 5000;

/** One number for every Till, beside that of migrations: whoever holds it is the only one that seals. */
const SEALER_LOCK = 748_456;

/**
 * What transaction `t` says, as one text that is the same everywhere (jsonb, times in microseconds). Every seal there is
 * was made of it, so it is not changed: what is added to transactions later comes under a new form, from a later seal on.
 */
const CONTENT = `
  jsonb_build_array(t.id, t.kind, t.reference_id, t.order_id, (extract(epoch FROM t.created_at) * 1000000)::bigint,
    t.reference, t.reason, t.actor_id,
    (SELECT jsonb_agg(jsonb_build_array(e.position, a.code, a.currency, a.type, e.amount) ORDER BY e.position)
     FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id WHERE e.transaction_id = t.id))::text`;

const LOCK = `SELECT pg_try_advisory_xact_lock(${SEALER_LOCK}) AS locked`;
const HEAD = `SELECT seq, transaction_id AS "transactionId", hash FROM ledger_seals ORDER BY seq DESC LIMIT 1`;
// The batch is cut before anything is joined to it: its cost is the same however much waits, or is sealed.
const WAITING = `
  SELECT t.id, ${CONTENT} AS content
  FROM (SELECT transaction_id FROM ledger_unsealed ORDER BY transaction_id LIMIT ${SEALED_AT_ONCE}) u
  JOIN ledger_transactions t ON t.id = u.transaction_id ORDER BY t.id`;
const COUNT_WAITING = 'SELECT count(*) AS waiting FROM ledger_unsealed';

// Seal, queue and sums change in one statement: an entry counts either as unsealed or in a sum.
const SEAL = `
  WITH sealed AS (
    INSERT INTO ledger_seals (seq, transaction_id, hash) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])
  ), done AS (
    DELETE FROM ledger_unsealed WHERE transaction_id = ANY ($2::uuid[])
  )
  INSERT INTO ledger_rollups (account_id, hour, amount)
  SELECT account_id, ledger_hour(transaction_id), sum(amount) FROM ledger_entries
  WHERE transaction_id = ANY ($2::uuid[]) GROUP BY 1, 2
  ON CONFLICT (account_id, hour) DO UPDATE SET amount = ledger_rollups.amount + excluded.amount`;

/**
 * The seals after $1, whose hash is $2: those that do not follow from the one before, and the last of the batch. LIMIT 1
 * keeps each batch from a join that reads the whole ledger.
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

/** The chain of seals, and the sums that are made with it. */
@Injectable()
export class SealsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Whether this transaction is now the only one that seals. Writers take no notice of it. */
  async lock(): Promise<boolean> {
    return (await this.tx.query<{ locked: boolean }>(LOCK))[0]!.locked;
  }

  async head(): Promise<Seal | undefined> {
    return (await this.tx.query<Seal & Record<string, unknown>>(HEAD))[0];
  }

  /** At most `SEALED_AT_ONCE`. */
  waiting(): Promise<Unsealed[]> {
    return this.tx.query<Unsealed & Record<string, unknown>>(WAITING);
  }

  async countWaiting(): Promise<number> {
    return (await this.tx.query<{ waiting: number }>(COUNT_WAITING))[0]!.waiting;
  }

  seal(seals: readonly Seal[]): void {
    const columns = [seals.map(({ seq }) => seq), seals.map(({ transactionId }) => transactionId)];
    this.tx.write(SEAL, [...columns, seals.map(({ hash }) => hash)]);
  }

  /** Of the next seals after this link: those that are not what they should be, and the last, in order; none at the end. */
  check({ seq, hash }: Link): Promise<(Seal & { readonly intact: boolean })[]> {
    return this.tx.query<Seal & { intact: boolean } & Record<string, unknown>>(CHECK, [seq, hash]);
  }

  /** Whether the chain has this link. */
  async has({ seq, hash }: Link): Promise<boolean> {
    return (await this.tx.query<{ has: boolean }>(HAS, [seq, hash]))[0]!.has;
  }

  /** Transactions that are neither sealed nor wait for it, and those that wait and are gone: of these, or of all. At most 40. */
  async uncovered(written?: readonly string[]): Promise<LedgerTransactionId[]> {
    const gone = await this.tx.query<{ id: LedgerTransactionId }>(WAITING_AND_GONE);
    const found = written
      ? await this.tx.query<{ id: LedgerTransactionId }>(`${UNCOVERED} AND t.id = ANY($1::uuid[]) LIMIT 20`, [written])
      : await this.tx.query<{ id: LedgerTransactionId }>(`${UNCOVERED} LIMIT 20`);
    return [...found, ...gone].map(({ id }) => id);
  }
}
