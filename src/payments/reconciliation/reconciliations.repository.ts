import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThanOrEqual, Not, Raw } from 'typeorm';
import type { ReconciliationId } from '../../shared/ids.js';
import { columnsOf, type Row, Transaction, whereOf } from '../../platform/database/index.js';
import type { Keyset } from '../../platform/http/index.js';
import type { DifferenceState } from '../domain/difference-state.js';
import { ReconciliationEntity, stateOf } from './reconciliation.entity.js';
import type { StatementTotal } from '../domain/statement-sum.js';
import type { Reconciliation } from './reconciliation.js';
import { StatementTotalEntity } from './total.entity.js';

export interface ReconciliationFilter {
  readonly provider?: string | undefined;
  readonly state?: DifferenceState | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

/** The counts of one run. */
export interface RunFigures {
  readonly id: ReconciliationId;
  readonly provider: string;
  readonly date: string;
  readonly settlements: number;
  readonly entries: number;
}

const DAY = columnsOf(ReconciliationEntity, 'r', [
  'id',
  'provider',
  'runs',
  'settlements',
  'entries',
  'version',
  'createdAt',
  'runAt',
]);
/** The page is cut before the differences of its days are counted, all counts of a day in one scan. */
const daysOf = (filter: string) => `
  SELECT ${DAY}, r.date::text AS date, r.state, c.open, c.explained, c.resolved
  FROM (SELECT r.*, ${stateOf('r')} AS state FROM reconciliations r ${filter} ORDER BY r.id DESC LIMIT $1) r
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'open')::int AS open,
      count(*) FILTER (WHERE d.state = 'explained')::int AS explained,
      count(*) FILTER (WHERE d.state = 'resolved')::int AS resolved
    FROM reconciliation_differences d WHERE d.reconciliation_id = r.id) c
  ORDER BY r.id DESC`;

@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly tx: Transaction) {}

  async find(id: ReconciliationId): Promise<Reconciliation | null> {
    return this.tx.repository(ReconciliationEntity).findOneBy({ id });
  }

  /** Newest first. By TypeORM a page with its differences takes 1.6 times as long, over HTTP. */
  list({ provider, state, after, limit }: ReconciliationFilter): Promise<Reconciliation[]> {
    const parameters: unknown[] = [limit];
    const given = { 'r.provider =': provider, [`${stateOf('r')} =`]: state, 'r.id <': after?.[0] };
    return this.tx.query<Reconciliation & Row>(daysOf(whereOf(parameters, given)), parameters);
  }

  /** Returns the version of the day; 0 if it was never run. */
  async version(provider: string, date: string): Promise<number> {
    const reconciliations = this.tx.repository(ReconciliationEntity);
    const found = await reconciliations.findOne({ select: { id: true, version: true }, where: { provider, date } });
    return found?.version ?? 0;
  }

  /**
   * Records a run; `id` is used for the first one of the day. The row stays locked until the transaction ends, so that runs of a day
   * write one after the other.
   */
  async save(
    { id, provider, date, settlements, entries }: RunFigures,
    now: Date,
  ): Promise<Pick<Reconciliation, 'id' | 'runs' | 'version'>> {
    const reconciliations = this.tx.repository(ReconciliationEntity);
    const figures = { settlements, entries, runAt: now };
    const first = { id, provider, date, ...figures, createdAt: now, runs: 0, version: 0 };
    await reconciliations.createQueryBuilder().insert().values(first).orIgnore().execute();
    await reconciliations.update(
      { provider, date },
      { ...figures, runs: () => 'runs + 1', version: () => 'version + 1' },
    );
    const select = { id: true, runs: true, version: true };
    return reconciliations.findOneOrFail({ select, where: { provider, date } });
  }

  /** Writes the sums of the last run's statement in place of those of the run before. */
  async saveTotals(
    { id, runs }: Pick<Reconciliation, 'id' | 'runs'>,
    totals: readonly StatementTotal[],
  ): Promise<void> {
    const repository = this.tx.repository(StatementTotalEntity);
    await repository.delete({ reconciliationId: id });
    await repository.insert(totals.map((total) => ({ ...total, reconciliationId: id, run: runs })));
  }

  /** Moves the amount of a difference that was posted, in minor units, from the differing to the posted part of the day's sum. */
  async addPosted(reconciliationId: ReconciliationId, currency: string, amount: number): Promise<void> {
    const moved = { posted: () => 'posted + :amount', differing: () => 'differing - :amount' };
    await this.tx
      .repository(StatementTotalEntity)
      .createQueryBuilder()
      .update()
      .set(moved)
      .where({ reconciliationId, currency })
      .setParameter('amount', amount)
      .execute();
  }

  /** Returns the sums of these days' statements, by currency. */
  totalsOf(ids: readonly ReconciliationId[]): Promise<StatementTotalEntity[]> {
    const where = { reconciliationId: In([...ids]) };
    return this.tx.repository(StatementTotalEntity).find({ where, order: { currency: 'ASC' } });
  }

  /** Increments the version of a reconciliation after a change. */
  async touch(id: ReconciliationId): Promise<void> {
    await this.tx.repository(ReconciliationEntity).increment({ id }, 'version', 1);
  }

  /** Returns the last day that was reconciled after its end. */
  async latestDate(provider: string): Promise<string | undefined> {
    const reconciliations = this.tx.repository(ReconciliationEntity);
    const latest = await reconciliations.findOne({
      select: { id: true, date: true },
      where: { provider, runAt: Raw((column) => `${column} >= (date + 1)::timestamp AT TIME ZONE 'UTC'`) },
      order: { date: 'DESC' },
    });
    return latest?.date;
  }

  /** Returns days that were not run since `notSince`: from `since` on those with unresolved differences, from `recent` on all. */
  async datesToRepeat(
    provider: string,
    { since, recent }: { readonly since: string; readonly recent: string },
    notSince: Date,
  ): Promise<string[]> {
    const reconciliations = this.tx.repository(ReconciliationEntity);
    const old = { provider, runAt: LessThan(notSince) };
    const days = await reconciliations.find({
      select: { id: true, date: true },
      where: [
        { ...old, date: MoreThanOrEqual(since), state: Not('resolved') },
        { ...old, date: MoreThanOrEqual(recent) },
      ],
      order: { date: 'ASC' },
    });
    return days.map(({ date }) => date);
  }
}
