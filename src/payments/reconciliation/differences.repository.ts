import { Injectable } from '@nestjs/common';
import { Any } from 'typeorm';
import { type AttemptId, type DifferenceId, newId, type ReconciliationId } from '../../shared/ids.js';
import { slices } from '../../shared/slices.js';
import { columnsOf, type Row, Transaction, whereOf } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { Difference } from '../domain/settlement-comparison.js';
import type { SettlementKind } from '../domain/statement-kinds.js';
import { DifferenceEntity } from './difference.entity.js';
import { ReconciliationEntity } from './reconciliation.entity.js';
import { ResolutionEntity } from './resolution.entity.js';
import type { RecordedDifference, Resolution } from './reconciliation.js';

export interface DifferenceFilter {
  readonly reconciliationId: ReconciliationId;
  readonly state?: DifferenceState | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

/** A known difference of the day. */
export type KnownDifference = Pick<RecordedDifference, keyof typeof compared>;

const compared = {
  id: true,
  reason: true,
  key: true,
  state: true,
  providerAmount: true,
  providerCurrency: true,
  ledgerAmount: true,
  ledgerCurrency: true,
  actorId: true,
} as const;

/** Rows per INSERT: PostgreSQL allows 65,535 parameters. */
const AT_ONCE = 1000;
const COLUMNS = columnsOf(DifferenceEntity, 'd');
const FIRST = `
  SELECT f.* FROM unnest($1::uuid[]) AS r (id) CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM reconciliation_differences d WHERE d.reconciliation_id = r.id
    ORDER BY CASE d.state WHEN 'open' THEN 0 WHEN 'explained' THEN 1 ELSE 2 END, d.id LIMIT $2) f`;

const EFFECTS = `
  UPDATE reconciliation_differences d SET effect = now.effect
  FROM (
    SELECT known.id, coalesce(found.effect, 0) AS effect FROM reconciliation_differences known
    LEFT JOIN unnest($2::text[], $3::text[], $4::bigint[]) AS found (reason, key, effect)
      ON found.reason = known.reason AND found.key = known.key
    WHERE known.reconciliation_id = $1) now
  WHERE d.id = now.id AND d.effect <> now.effect`;

const LISTED_ATTEMPTS = `
  SELECT d.attempt_id AS id, d.kind FROM reconciliation_differences d JOIN reconciliations r ON r.id = d.reconciliation_id
  WHERE r.provider = $1 AND d.settlement_id IS NOT NULL AND d.attempt_id = ANY ($2::uuid[])`;

/** A line of a statement, by the attempt that it names and its kind. */
interface ListedLine {
  readonly id: AttemptId;
  readonly kind: SettlementKind;
}

type Selected = RecordedDifference & Row;

@Injectable()
export class DifferencesRepository {
  constructor(private readonly tx: Transaction) {}

  /** Newest first. See `firstOf`. */
  list({ reconciliationId, state, after, limit }: DifferenceFilter): Promise<RecordedDifference[]> {
    const parameters: unknown[] = [limit];
    const given = { 'd.reconciliation_id =': reconciliationId, 'd.state =': state, 'd.id <': after?.[0] };
    const filter = whereOf(parameters, given);
    return this.tx.query<Selected>(
      `SELECT ${COLUMNS} FROM reconciliation_differences d ${filter} ORDER BY d.id DESC LIMIT $1`,
      parameters,
    );
  }

  /** Returns the first `limit` differences of each reconciliation, open ones first. By TypeORM a page of days takes 1.6 times as long. */
  firstOf(ids: readonly ReconciliationId[], limit: number): Promise<RecordedDifference[]> {
    return this.tx.query<Selected>(FIRST, [ids, limit]);
  }

  /** Locks a difference until the transaction ends. */
  async lock(id: DifferenceId, reconciliationId: ReconciliationId): Promise<DifferenceEntity | null> {
    const differences = this.tx.repository(DifferenceEntity);
    return differences.findOne({ where: { id, reconciliationId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Returns all differences ever found for the day. Its reconciliation is locked. */
  async known(reconciliationId: ReconciliationId): Promise<KnownDifference[]> {
    return this.tx.repository(DifferenceEntity).find({ select: compared, where: { reconciliationId } });
  }

  /**
   * Returns the lines that a statement of the provider has for these attempts on any day, as far as a run listed them. A refund and its return have
   * the same attempt, and a line of each kind.
   */
  async listedFor(provider: string, attempts: readonly AttemptId[]): Promise<readonly ListedLine[]> {
    return this.tx.query<ListedLine & Row>(LISTED_ATTEMPTS, [provider, attempts]);
  }

  /** Writes the findings of a run: new differences, and the present amounts of known ones. */
  async write(reconciliationId: ReconciliationId, found: readonly Difference[], now: Date): Promise<void> {
    const differences = this.tx.repository(DifferenceEntity);
    const namesOf = (names: readonly (keyof DifferenceEntity)[]) =>
      names.map((name) => differences.metadata.findColumnWithPropertyName(name)!.databaseName);
    const rows = found.map((one) => ({ ...rowOf(one), reconciliationId, createdAt: now, updatedAt: now }));
    for (const some of slices(rows, AT_ONCE))
      await differences
        .createQueryBuilder()
        .insert()
        .values(some)
        .orUpdate(namesOf(FROM_RUN), namesOf(['reconciliationId', 'reason', 'key']))
        .execute();
  }

  /** Writes what each difference of the day adds to its statement in this run; 0 for what the run did not find. */
  async setEffects(reconciliationId: ReconciliationId, found: readonly Difference[]): Promise<void> {
    const of = <T>(value: (difference: Difference) => T) => found.map(value);
    const findings = [of(({ reason }) => reason), of(({ key }) => key), of(({ effect }) => effect)];
    await this.tx.query(EFFECTS, [reconciliationId, ...findings]);
  }

  /** Notes that the ledger now has the money of a difference. */
  async notePosted(id: DifferenceId): Promise<void> {
    await this.tx.repository(DifferenceEntity).update(id, { effect: 0 });
  }

  /** Changes the state of differences, and records the reason. */
  async move(ids: readonly DifferenceId[], why: Omit<Resolution, 'id' | 'differenceId'>): Promise<Resolution[]> {
    const { state, createdAt } = why;
    await this.tx.repository(DifferenceEntity).update({ id: Any(ids) }, { state, updatedAt: createdAt });
    const resolutions = this.tx.repository(ResolutionEntity);
    const rows = ids.map((differenceId) => ({ id: newId<'rcr'>(), differenceId, ...why }));
    for (const some of slices(rows, AT_ONCE)) await resolutions.insert(some);
    return rows;
  }

  /** Returns the number of open differences by provider and reason. */
  async openByReason(): Promise<{ provider: string; reason: string; differences: number }[]> {
    const differences = this.tx.repository(DifferenceEntity);
    return differences
      .createQueryBuilder('d')
      .innerJoin(ReconciliationEntity, 'r', 'r.id = d.reconciliationId')
      .select(['r.provider AS provider', 'd.reason AS reason', 'count(*)::int AS differences'])
      .where({ state: 'open' })
      .groupBy('r.provider')
      .addGroupBy('d.reason')
      .getRawMany();
  }
}

/** The fields that each run updates: amounts and references. */
const FROM_RUN = [
  'orderId',
  'attemptId',
  'settlementId',
  'type',
  'reference',
  'providerAmount',
  'providerCurrency',
  'settledAt',
  'transactionId',
  'ledgerAmount',
  'ledgerCurrency',
  'postedAt',
  'updatedAt',
] as const satisfies readonly (keyof DifferenceEntity)[];

function rowOf({ key, reason, kind, line, entry }: Difference) {
  const operation = ['capture', 'refund', 'refund_reversal'].includes(kind) ? entry?.referenceId : undefined;
  return {
    id: newId<'rcd'>(),
    key,
    reason,
    kind,
    orderId: entry?.orderId ?? line?.orderId ?? null,
    attemptId: line?.attemptId ?? (operation as AttemptId | undefined) ?? null,
    settlementId: line?.id ?? null,
    type: line?.type ?? null,
    reference: line?.reference ?? null,
    providerAmount: line?.amount ?? null,
    providerCurrency: line?.currency ?? null,
    settledAt: line?.settledAt ?? null,
    transactionId: entry?.transactionId ?? null,
    ledgerAmount: entry ? Math.abs(entry.amount) : null,
    ledgerCurrency: entry?.currency ?? null,
    postedAt: entry?.postedAt ?? null,
  };
}
