import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { newId, type ReconciliationId } from '../../shared/ids.js';
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

/** A run to record, with the number of earlier runs of its day at its start. */
export interface ReconciliationRun extends Comparison {
  readonly provider: string;
  readonly date: string;
  readonly runs: number;
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

/** The same day was run meanwhile, so the findings of this run may be outdated. */
export class ConcurrentRun extends Error {
  constructor() {
    super('Somebody else reconciled the same day at the same time. Their result stands; run it again for a later one.');
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

  /** Begins a run. Returns how many times the day was run before. @throws ValidationFailed unless the day has begun */
  async begin(provider: string, date: string): Promise<number> {
    assertPastOrPresent(date, this.clock.now());
    return this.reconciliations.runs(provider, date);
  }

  /** @throws ConcurrentRun */
  save({ provider, date, runs, settlements, entries, differences, totals }: ReconciliationRun): Promise<RecordedRun> {
    const now = this.clock.now();
    const figures = { id: newId<'rcn'>(), provider, date, settlements, entries };
    return this.tx.run(async () => {
      const saved = await this.reconciliations.save(figures, now);
      if (saved.runs !== runs + 1) throw new ConcurrentRun();
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
