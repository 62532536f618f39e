import { Injectable } from '@nestjs/common';
import { type DifferenceId, newId, type ReconciliationId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { Difference } from '../domain/settlement-comparison.js';
import type { RecordedDifference, Resolution } from './reconciliation.js';

export interface DifferenceFilter {
  readonly reconciliationId: ReconciliationId;
  readonly state?: DifferenceState | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

const COLUMNS = `
  d.id, d.reconciliation_id AS "reconciliationId", d.key, d.reason, d.state, d.kind, d.order_id AS "orderId",
  d.attempt_id AS "attemptId", d.settlement_id AS "settlementId", d.reference, d.provider_amount AS "providerAmount",
  d.provider_currency AS "providerCurrency", d.settled_at AS "settledAt", d.transaction_id AS "transactionId",
  d.ledger_amount AS "ledgerAmount", d.ledger_currency AS "ledgerCurrency", d.posted_at AS "postedAt",
  d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const SELECT = `
  SELECT ${COLUMNS}, l.note, l.actor_id AS "actorId" FROM reconciliation_differences d
  LEFT JOIN LATERAL (
    SELECT note, actor_id FROM reconciliation_resolutions WHERE difference_id = d.id ORDER BY id DESC LIMIT 1) l ON true`;
const LOCK = `SELECT ${COLUMNS} FROM reconciliation_differences d WHERE d.id = $1 AND d.reconciliation_id = $2 FOR UPDATE`;
const KNOWN = `
  SELECT d.id, d.reason, d.key, d.state, d.provider_amount AS "providerAmount", d.provider_currency AS "providerCurrency",
    d.ledger_amount AS "ledgerAmount", d.ledger_currency AS "ledgerCurrency", (
    SELECT l.actor_id IS NULL FROM reconciliation_resolutions l WHERE l.difference_id = d.id ORDER BY l.id DESC LIMIT 1
  ) AS "byTill"
  FROM reconciliation_differences d WHERE d.reconciliation_id = $1`;
/** The first few of each of many days, what is still to be done first. */
const FIRST = `
  SELECT f.* FROM unnest($1::uuid[]) AS r (id) CROSS JOIN LATERAL (
    ${SELECT} WHERE d.reconciliation_id = r.id
    ORDER BY CASE d.state WHEN 'open' THEN 0 WHEN 'explained' THEN 1 ELSE 2 END, d.id LIMIT $2) f`;
const INSERT = `
  INSERT INTO reconciliation_differences (id, reconciliation_id, key, reason, kind, order_id, attempt_id, settlement_id,
    reference, provider_amount, provider_currency, settled_at, transaction_id, ledger_amount, ledger_currency, posted_at,
    created_at, updated_at)
  SELECT id, $2, key, reason, kind, order_id, attempt_id, settlement_id, reference, provider_amount, provider_currency,
    settled_at, transaction_id, ledger_amount, ledger_currency, posted_at, $3, $3
  FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, key text, reason text, kind text, order_id uuid, attempt_id uuid,
    settlement_id text, reference text, provider_amount bigint, provider_currency text, settled_at timestamptz,
    transaction_id uuid, ledger_amount bigint, ledger_currency text, posted_at timestamptz)`;
/** The amounts of a later run, with what each side calls them. */
const TAKE = `
  UPDATE reconciliation_differences d SET order_id = t.order_id, attempt_id = t.attempt_id, settlement_id = t.settlement_id,
    reference = t.reference, provider_amount = t.provider_amount, provider_currency = t.provider_currency, settled_at = t.settled_at,
    transaction_id = t.transaction_id, ledger_amount = t.ledger_amount, ledger_currency = t.ledger_currency,
    posted_at = t.posted_at, updated_at = $3
  FROM jsonb_to_recordset($1::jsonb) AS t (key text, reason text, order_id uuid, attempt_id uuid, settlement_id text,
    reference text, provider_amount bigint, provider_currency text, settled_at timestamptz, transaction_id uuid,
    ledger_amount bigint, ledger_currency text, posted_at timestamptz)
  WHERE d.reconciliation_id = $2 AND d.reason = t.reason AND d.key = t.key`;
const MOVE = `
  WITH moved AS (
    UPDATE reconciliation_differences SET state = $3, updated_at = $6 WHERE id = ANY ($2::uuid[])
  )
  INSERT INTO reconciliation_resolutions (id, difference_id, state, note, actor_id, created_at)
  SELECT id, difference_id, $3, $4, $5, $6 FROM unnest($1::uuid[], $2::uuid[]) AS t (id, difference_id)`;
const OPEN = `
  SELECT r.provider, d.reason, count(*)::int AS differences
  FROM reconciliation_differences d JOIN reconciliations r ON r.id = d.reconciliation_id
  WHERE d.state = 'open' GROUP BY 1, 2`;

/** What a run compares its findings with. */
export interface KnownDifference extends Record<string, unknown> {
  readonly id: DifferenceId;
  readonly reason: string;
  readonly key: string;
  readonly state: DifferenceState;
  readonly providerAmount: number | null;
  readonly providerCurrency: string | null;
  readonly ledgerAmount: number | null;
  readonly ledgerCurrency: string | null;
  /** Whether Till itself brought it to its state; null for one that nobody has touched. */
  readonly byTill: boolean | null;
}

type Settled = Omit<Resolution, 'id' | 'differenceId'>;
type Selected = RecordedDifference & Record<string, unknown>;

@Injectable()
export class DifferencesRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. */
  list({ reconciliationId, state, after, limit }: DifferenceFilter): Promise<RecordedDifference[]> {
    const parameters: unknown[] = [limit, reconciliationId];
    const where = (condition: string, value: unknown) =>
      value === undefined ? '' : ` AND ${condition} $${parameters.push(value)}`;
    const filter = where('d.state =', state) + where('d.id <', after?.[0]);
    const text = `${SELECT} WHERE d.reconciliation_id = $2${filter} ORDER BY d.id DESC LIMIT $1`;
    return this.tx.query<Selected>(text, parameters);
  }

  /** The first `limit` of each, open ones first. */
  firstOf(ids: readonly ReconciliationId[], limit: number): Promise<RecordedDifference[]> {
    return this.tx.query<Selected>(FIRST, [ids, limit]);
  }

  /** Locks it until the transaction ends. */
  async lock(id: DifferenceId, reconciliationId: ReconciliationId): Promise<RecordedDifference | undefined> {
    return (await this.tx.query<Selected>(LOCK, [id, reconciliationId]))[0];
  }

  /** Every difference that was ever found on the day; its reconciliation is locked. */
  known(reconciliationId: ReconciliationId): Promise<KnownDifference[]> {
    return this.tx.query<KnownDifference>(KNOWN, [reconciliationId]);
  }

  insert(reconciliationId: ReconciliationId, differences: readonly Difference[], now: Date): void {
    this.tx.write(INSERT, [JSON.stringify(differences.map(rowOf)), reconciliationId, now]);
  }

  /** Gives known differences of the day the amounts that they have now. */
  take(reconciliationId: ReconciliationId, differences: readonly Difference[], now: Date): void {
    this.tx.write(TAKE, [JSON.stringify(differences.map(rowOf)), reconciliationId, now]);
  }

  /** Brings differences to a state, and notes why. */
  move(ids: readonly DifferenceId[], { state, note, actorId, createdAt }: Settled): void {
    this.tx.write(MOVE, [ids.map(() => newId<'rcr'>()), ids, state, note, actorId, createdAt]);
  }

  resolve(resolution: Resolution): void {
    const { id, differenceId, state, note, actorId, createdAt } = resolution;
    this.tx.write(MOVE, [[id], [differenceId], state, note, actorId, createdAt]);
  }

  /** How many wait for somebody, by provider and reason. */
  openByReason(): Promise<{ provider: string; reason: string; differences: number }[]> {
    return this.tx.query<{ provider: string; reason: string; differences: number }>(OPEN);
  }
}

function rowOf({ key, reason, kind, line, entry }: Difference): Readonly<Record<string, unknown>> {
  return {
    id: newId<'rcd'>(),
    key,
    reason,
    kind,
    order_id: entry?.orderId ?? line?.orderId,
    attempt_id: line?.attemptId ?? (kind === 'capture' || kind === 'refund' ? entry?.referenceId : undefined),
    settlement_id: line?.id,
    reference: line?.reference,
    provider_amount: line?.amount,
    provider_currency: line?.currency,
    settled_at: line?.settledAt,
    transaction_id: entry?.transactionId,
    ledger_amount: entry && Math.abs(entry.amount),
    ledger_currency: entry?.currency,
    posted_at: entry?.postedAt,
  };
}
