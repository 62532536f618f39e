import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { NotFound } from '../../shared/errors.js';
import { type DifferenceId, encodeId, type ReconciliationId } from '../../shared/ids.js';
import type { Caller } from '../../platform/access/index.js';
import { AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { type Page, pageOf } from '../../platform/http/index.js';
import { differenceTransition } from '../domain/difference-state.js';
import type { StatementTotal } from '../domain/statement-sum.js';
import { type DifferenceFilter, DifferencesRepository } from './differences.repository.js';
import type { Reconciliation, RecordedDifference, Resolution } from './reconciliation.js';
import { type ReconciliationFilter, ReconciliationsRepository } from './reconciliations.repository.js';

/** How many differences a day shows; a separate list has all of them. */
const SHOWN = 20;

export interface ReconciliationWithDifferences extends Reconciliation {
  readonly differences: readonly RecordedDifference[];
  readonly totals: readonly StatementTotal[];
}

/** A person's explanation or resolution of a difference. */
export interface WantedResolution {
  readonly differenceId: DifferenceId;
  readonly state: 'explained' | 'resolved';
  readonly note: string;
}

/** Reads reconciliations, and records people's resolutions. */
@Injectable()
export class ReconciliationsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ReconciliationsRepository,
    private readonly differences: DifferencesRepository,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first. */
  async list(filter: ReconciliationFilter): Promise<Page<ReconciliationWithDifferences>> {
    const rows = await this.repository.list({ ...filter, limit: filter.limit + 1 });
    const { data, nextCursor } = pageOf(rows, filter.limit, ({ id }) => [id]);
    return { data: await this.withDifferences(data), nextCursor };
  }

  /** @throws NotFound */
  async read(id: ReconciliationId): Promise<ReconciliationWithDifferences> {
    const found = await this.repository.find(id);
    if (!found) throw new NotFound('reconciliation', encodeId('rcn', id));
    return (await this.withDifferences([found]))[0]!;
  }

  /** Newest first. @throws NotFound */
  async listDifferences(filter: DifferenceFilter): Promise<Page<RecordedDifference>> {
    await this.read(filter.reconciliationId);
    const rows = await this.differences.list({ ...filter, limit: filter.limit + 1 });
    return pageOf(rows, filter.limit, ({ id }) => [id]);
  }

  /** Explains or resolves a difference. @throws NotFound, InvalidTransition */
  resolve(
    { userId }: Caller,
    id: ReconciliationId,
    { differenceId, state, note }: WantedResolution,
  ): Promise<Resolution> {
    return this.tx.run(async () => {
      // Lock the day first, as runs do.
      await this.repository.touch(id);
      const difference = await this.differences.lock(differenceId, id);
      if (!difference) throw new NotFound('difference', encodeId('rcd', differenceId));
      differenceTransition(difference.state, state === 'explained' ? 'explain' : 'resolve');
      const why = { state, note, actorId: userId, createdAt: this.clock.now() };
      const [resolution] = await this.differences.move([differenceId], why);
      const target = { type: 'difference', id: encodeId('rcd', differenceId) };
      this.audit.record({
        action: `difference.${state}`,
        target,
        before: { state: difference.state },
        after: { note },
      });
      return resolution!;
    });
  }

  private async withDifferences(days: readonly Reconciliation[]): Promise<ReconciliationWithDifferences[]> {
    const ids = days.map(({ id }) => id);
    const differences = await this.differences.firstOf(ids, SHOWN);
    const totals = await this.repository.totalsOf(ids);
    return days.map((day) => ({
      ...day,
      differences: differences.filter(({ reconciliationId }) => reconciliationId === day.id),
      totals: totals.filter(({ reconciliationId }) => reconciliationId === day.id),
    }));
  }
}
