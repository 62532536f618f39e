import { Injectable } from '@nestjs/common';
import type { ReconciliationId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { Reconciliation } from './reconciliation.js';

export interface ReconciliationFilter {
  readonly provider?: string | undefined;
  readonly state?: DifferenceState | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

/** What one run compared. */
export interface RunFigures {
  readonly id: ReconciliationId;
  readonly provider: string;
  readonly date: string;
  readonly settlements: number;
  readonly entries: number;
}

const STATE = `
  CASE WHEN EXISTS (SELECT FROM reconciliation_differences d WHERE d.reconciliation_id = r.id AND d.state = 'open') THEN 'open'
    WHEN EXISTS (SELECT FROM reconciliation_differences d WHERE d.reconciliation_id = r.id AND d.state = 'explained')
    THEN 'explained' ELSE 'resolved' END`;
// The page is cut before the differences of its days are counted.
const SELECT = (page: string) => `
  SELECT r.id, r.provider, r.date::text AS date, r.state, r.runs, r.settlements, r.entries, c.open, c.explained, c.resolved,
    r.version, r.created_at AS "createdAt", r.run_at AS "runAt"
  FROM (SELECT r.*, ${STATE} AS state FROM reconciliations r ${page} ORDER BY r.id DESC LIMIT $1) r
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'open')::int AS open,
      count(*) FILTER (WHERE d.state = 'explained')::int AS explained,
      count(*) FILTER (WHERE d.state = 'resolved')::int AS resolved
    FROM reconciliation_differences d WHERE d.reconciliation_id = r.id) c
  ORDER BY r.id DESC`;
/** The row stays locked until the transaction ends, so that runs of one day write one after the other. */
const SAVE = `
  INSERT INTO reconciliations (id, provider, date, runs, settlements, entries, created_at, run_at)
  VALUES ($1, $2, $3, 1, $4, $5, $6, $6)
  ON CONFLICT (provider, date) DO UPDATE SET runs = reconciliations.runs + 1, settlements = $4, entries = $5,
    version = reconciliations.version + 1, run_at = $6
  RETURNING id, runs, version`;
const RUNS = 'SELECT runs FROM reconciliations WHERE provider = $1 AND date = $2';
const TOUCH = 'UPDATE reconciliations SET version = version + 1 WHERE id = $1';
const LATEST = `
  SELECT max(date)::text AS date FROM reconciliations
  WHERE provider = $1 AND run_at >= (date + 1)::timestamp AT TIME ZONE 'UTC'`;
const UNRESOLVED = `
  SELECT r.date::text AS date FROM reconciliations r
  WHERE r.provider = $1 AND r.date >= $2 AND r.run_at < $3
    AND EXISTS (SELECT FROM reconciliation_differences d WHERE d.reconciliation_id = r.id AND d.state <> 'resolved')
  ORDER BY r.date`;

type Selected = Reconciliation & Record<string, unknown>;

@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly tx: Transaction) {}

  async find(id: ReconciliationId): Promise<Reconciliation | undefined> {
    return (await this.tx.query<Selected>(SELECT('WHERE r.id = $2'), [1, id]))[0];
  }

  /** Newest first. */
  list({ provider, state, after, limit }: ReconciliationFilter): Promise<Reconciliation[]> {
    const parameters: unknown[] = [limit];
    const where = (condition: string, value: unknown) =>
      value === undefined ? [] : [`${condition} $${parameters.push(value)}`];
    const conditions = [
      ...where('r.provider =', provider),
      ...where(`${STATE} =`, state),
      ...where('r.id <', after?.[0]),
    ];
    return this.tx.query<Selected>(
      SELECT(conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''),
      parameters,
    );
  }

  /** How often the day was run. */
  async runs(provider: string, date: string): Promise<number> {
    return (await this.tx.query<{ runs: number }>(RUNS, [provider, date]))[0]?.runs ?? 0;
  }

  /** Notes a run; `id` is taken for the first one of the day. */
  async save(
    { id, provider, date, settlements, entries }: RunFigures,
    now: Date,
  ): Promise<{ id: ReconciliationId; runs: number; version: number }> {
    const values = [id, provider, date, settlements, entries, now];
    return (await this.tx.query<{ id: ReconciliationId; runs: number; version: number }>(SAVE, values))[0]!;
  }

  /** Its next version: something about it was changed. */
  touch(id: ReconciliationId): void {
    this.tx.write(TOUCH, [id]);
  }

  /** The last day that was reconciled after it was over. */
  async latestDate(provider: string): Promise<string | undefined> {
    return (await this.tx.query<{ date: string | null }>(LATEST, [provider]))[0]?.date ?? undefined;
  }

  /** Days from `since` on with differences that are not resolved, and that were not run since `notSince`. */
  async unresolvedDates(provider: string, since: string, notSince: Date): Promise<string[]> {
    const rows = await this.tx.query<{ date: string }>(UNRESOLVED, [provider, since, notSince]);
    return rows.map(({ date }) => date);
  }
}
