import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId } from '../../shared/ids.js';
import { slices } from '../../shared/slices.js';
import { type ClearedEntry, ClearingRepository } from '../../ledger/index.js';
import type { EnrichedSettlementLine } from '../domain/settlement-comparison.js';
import { ledgerKindOf, ledgerKinds, POSTED_BY_PERSON } from '../domain/statement-kinds.js';
import { rangeOf } from './days.js';
import type { StatementDay } from './statement-posting.js';
import { StatementPostingsRepository } from './statement-postings.repository.js';

const AT_ONCE = 5000;
const COMPARED = new Set<string>([...ledgerKinds, POSTED_BY_PERSON]);

/** What a statement is compared with. */
export interface Compared {
  readonly entries: readonly ClearedEntry[];
  /** Those of them that were posted from the day's statement, by Till or by a person. */
  readonly fromStatement: ReadonlySet<LedgerTransactionId>;
}

/** Reads the ledger transactions that a statement is compared with. */
@Injectable()
export class ComparedEntries {
  constructor(
    private readonly clearing: ClearingRepository,
    private readonly postings: StatementPostingsRepository,
  ) {}

  /** Returns the postings of the day, those from its statement, and those for these lines at any time. */
  async of({ provider, date }: StatementDay, lines: readonly EnrichedSettlementLine[]): Promise<Compared> {
    const { from, to } = rangeOf(date);
    const posted = await this.clearing.postedBetween(provider, from, to);
    const ofStatement = await this.postings.ofDay(provider, date);
    const found = [posted, ofStatement, ...(await this.ofLines(provider, lines, posted))];
    const relevant = found.flat().filter(({ kind }) => COMPARED.has(kind));
    return {
      entries: [...new Map(relevant.map((entry) => [`${entry.transactionId} ${entry.currency}`, entry])).values()],
      fromStatement: new Set(ofStatement.map(({ transactionId }) => transactionId)),
    };
  }

  private async ofLines(
    provider: string,
    lines: readonly EnrichedSettlementLine[],
    posted: readonly ClearedEntry[],
  ): Promise<ClearedEntry[][]> {
    const known = new Set(posted.map(({ referenceId }) => referenceId));
    const references = lines.flatMap(({ referenceId }) => (referenceId && !known.has(referenceId) ? referenceId : []));
    const byPeople = lines.flatMap((line) => (isLeftToPeople(line) ? (line.lineReference ?? []) : []));
    const orders = [...new Set(lines.flatMap(({ orderId }) => orderId ?? []))];
    const found: ClearedEntry[][] = [];
    for (const some of slices(references, AT_ONCE))
      found.push(await this.clearing.ofReferences(provider, ledgerKinds, some));
    for (const some of slices(byPeople, AT_ONCE))
      found.push(await this.clearing.ofReferences(provider, [POSTED_BY_PERSON], some));
    for (const some of slices(orders, AT_ONCE)) found.push(await this.clearing.ofOrders(provider, some));
    return found;
  }
}

/** Whether Till does not post the line: another system made it, or nobody knows its kind. */
function isLeftToPeople({ kind, isForeign }: EnrichedSettlementLine): boolean {
  return isForeign || !ledgerKindOf(kind);
}
