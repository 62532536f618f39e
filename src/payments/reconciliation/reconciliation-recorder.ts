import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { type AttemptId, newId, type ReconciliationId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import type { Difference } from '../domain/settlement-comparison.js';
import type { StatementTotal } from '../domain/statement-sum.js';
import { assertPastOrPresent } from './days.js';
import { DifferencesRepository } from './differences.repository.js';
import { nameOf, type Named, sortDifferences } from './known-differences.js';
import { differenceFound } from './reconciliation.events.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';

/** The counts of a run, and its differences. */
export interface Comparison {
  readonly settlements: number;
  readonly entries: number;
  readonly differences: readonly Difference[];
  readonly totals: readonly StatementTotal[];
}

/** A run to record, with the version of its day at its start; 0 for a day that was never run. */
export interface ReconciliationRun extends Comparison {
  readonly provider: string;
  readonly date: string;
  readonly version: number;
}

export interface RecordedRun {
  readonly id: ReconciliationId;
  readonly provider: string;
  readonly date: string;
  readonly settlements: number;
  readonly entries: number;
  /** The numbers of all, new and vanished differences. */
  readonly differences: number;
  readonly found: number;
  readonly gone: number;
  readonly totals: readonly StatementTotal[];
}

/** The same day was run meanwhile, or a difference of it was resolved or posted, so the findings of this run may be outdated. */
export class ConcurrentRun extends Error {
  constructor() {
    super('Somebody else reconciled the same day or resolved a difference of it at the same time. Run it again.');
  }
}

/** Records the findings of runs: new, vanished, returned and changed differences. */
@Injectable()
export class ReconciliationRecorder {
  constructor(
    private readonly tx: Transaction,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly differences: DifferencesRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Begins a run. Returns the version of the day. @throws ValidationFailed unless the day has begun */
  async begin(provider: string, date: string): Promise<number> {
    assertPastOrPresent(date, this.clock.now());
    return this.reconciliations.version(provider, date);
  }

  /**
   * Leaves out ledger transactions whose line is in the statement of a day beyond the margin, where a run listed it: the provider has a direct debit
   * up to two weeks before its bank decides.
   */
  async withoutListed(provider: string, differences: readonly Difference[]): Promise<readonly Difference[]> {
    const missing = differences.flatMap((one) => missingAttempt(one) ?? []);
    if (missing.length === 0) return differences;
    const lines = await this.differences.listedFor(provider, missing);
    const listed = new Set(lines.map(({ id, kind }) => `${kind} ${id}`));
    return differences.filter((one) => !listed.has(`${one.kind} ${missingAttempt(one)}`));
  }

  /** @throws ConcurrentRun */
  save({
    provider,
    date,
    version,
    settlements,
    entries,
    differences,
    totals,
  }: ReconciliationRun): Promise<RecordedRun> {
    const now = this.clock.now();
    const figures = { id: newId<'rcn'>(), provider, date, settlements, entries };
    return this.tx.run(async () => {
      const saved = await this.reconciliations.save(figures, now);
      if (saved.version !== version + 1) throw new ConcurrentRun();
      const { found, gone } = await this.update(saved.id, differences, now);
      await this.reconciliations.saveTotals(saved, totals);
      if (found.length > 0) this.outbox.record(differenceFound({ ...saved, provider, date, differences: found }));
      return { ...figures, id: saved.id, differences: differences.length, found: found.length, gone, totals };
    });
  }

  /** An explained or resolved difference stays so as long as its amounts do not change. */
  private async update(id: ReconciliationId, differences: readonly Difference[], now: Date) {
    const known = new Map((await this.differences.known(id)).map((one) => [nameOf(one), one]));
    const { added, changed, back, reopened, gone } = sortDifferences(differences, known);
    await this.differences.write(id, [...added, ...changed], now);
    await this.differences.setEffects(id, differences);
    const move = async (ones: readonly Named[], state: 'open' | 'resolved', note: string) => {
      const ids = ones.map((one) => known.get(nameOf(one))!.id);
      if (ids.length > 0) await this.differences.move(ids, { actorId: null, createdAt: now, state, note });
    };
    await move(back, 'open', IS_BACK);
    await move(reopened, 'open', HAS_CHANGED);
    await move(gone, 'resolved', IS_GONE);
    return { found: [...added, ...back, ...reopened], gone: gone.length };
  }
}

const IS_GONE = 'Till: a later run found it gone.';
const IS_BACK = 'Till: a later run found it again.';
const HAS_CHANGED = 'Till: a later run found other amounts.';

/** Returns the attempt of a ledger transaction that the statement does not have. */
function missingAttempt({ reason, entry }: Difference): AttemptId | undefined {
  return reason === 'missing_at_provider' ? (entry!.referenceId as AttemptId) : undefined;
}
