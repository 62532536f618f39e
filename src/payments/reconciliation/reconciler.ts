import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../shared/errors.js';
import type { ClearedEntry } from '../../ledger/index.js';
import { compareSettlements } from '../domain/settlement-comparison.js';
import { isPostedFromStatement, kindOfLedger } from '../domain/statement-kinds.js';
import { addUp } from '../domain/statement-sum.js';
import type { PaymentProvider } from '../providers/provider.js';
import { Providers } from '../providers/provider-registry.js';
import { ComparedEntries } from './compared-entries.js';
import { rangeOf } from './days.js';
import { type Comparison, type RecordedRun, ReconciliationRecorder, ConcurrentRun } from './reconciliation-recorder.js';
import { type EnrichedStatement, type SettlingProvider, StatementLines } from './statement-lines.js';
import { StatementPosting } from './statement-posting.js';

/** How many days the dates of a movement in ledger and statement may differ before it counts as missing. */
const MARGIN_DAYS = 3;
const MAX_TRIES = 3;

/** The result of a run. */
export interface RunSummary extends RecordedRun {
  /** The number of fees, payouts and other movements that this run posted. */
  readonly posted: number;
}

/**
 * Compares a day of a provider's statement with the ledger. Safe to repeat and to run concurrently: what only the statement reports is
 * posted once, each difference is recorded once, and one that is gone is resolved.
 */
@Injectable()
export class Reconciler {
  constructor(
    private readonly providers: Providers,
    private readonly statement: StatementLines,
    private readonly posting: StatementPosting,
    private readonly entries: ComparedEntries,
    private readonly record: ReconciliationRecorder,
  ) {}

  /** Throws errors of the provider. @throws ValidationFailed for a provider without statements, or a future day */
  async run(providerName: string, date: string, progress: (step: string) => void): Promise<RunSummary> {
    const provider = settling(this.providers.named(providerName));
    let posted = 0;
    for (let tries = 1; ; tries++) {
      const version = await this.record.begin(provider.name, date);
      const statement = await this.statement.read(provider, rangeOf(date));
      const { lines } = statement;
      progress(`the statement has ${lines.length} line(s)`);
      posted += await this.posting.post({ provider: provider.name, date }, lines);
      progress(`posted ${posted} fee(s), payout(s) and the like`);
      const comparison = await this.compare(provider, date, statement);
      progress(`compared with ${comparison.entries} ledger transaction(s)`);
      try {
        return { ...(await this.record.save({ provider: provider.name, date, version, ...comparison })), posted };
      } catch (error) {
        if (!(error instanceof ConcurrentRun) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /**
   * Reads the days around only if a movement of the day is not matched within the day, or a line names no more than its payment: a line of
   * another day may have a better claim to the same ledger transaction.
   */
  private async compare(
    provider: SettlingProvider,
    date: string,
    { lines, totals }: EnrichedStatement,
  ): Promise<Comparison> {
    const range = rangeOf(date);
    const isOfDay = (time: Date) => time >= range.from && time < range.to;
    const day = { provider: provider.name, date };
    const { entries, fromStatement } = await this.entries.of(day, lines);
    const figures = { settlements: lines.length, entries: entries.length };
    const compared = compareSettlements(lines, entries, { isOfDay, fromStatement });
    const elsewhere = entries.some((entry) => isMovement(entry) && !isOfDay(entry.postedAt));
    const isSure = !elsewhere && !lines.some(({ referenceId, orderId }) => referenceId === null && orderId !== null);
    if (isSure && !compared.differences.some(({ reason }) => reason === 'missing_at_provider'))
      return { ...figures, ...addUp(totals, compared, range.from) };
    const around = await this.statement.read(provider, rangeOf(date, MARGIN_DAYS));
    // The day's own lines are those that its totals are of: the statement may have grown since.
    const more = [...lines, ...around.lines.filter(({ settledAt }) => !isOfDay(settledAt))];
    const all = await this.entries.of(day, more);
    const matched = compareSettlements(more, all.entries, { isOfDay, fromStatement: all.fromStatement });
    const differences = await this.record.withoutListed(provider.name, matched.differences);
    return { ...figures, ...addUp(totals, { ...matched, differences }, range.from) };
  }
}

function settling(provider: PaymentProvider): SettlingProvider {
  if (provider.listSettlements) return provider as SettlingProvider;
  const message = `has no statements: ${provider.name}`;
  throw new ValidationFailed([{ pointer: '/provider', code: 'no_statements', message }]);
}

function isMovement({ kind }: ClearedEntry): boolean {
  const known = kindOfLedger(kind);
  return known !== undefined && !isPostedFromStatement(known);
}
