import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { ClearingRepository, LedgerService, type Posting } from '../../ledger/index.js';
import { isPostedFromStatement, ledgerKindOf, type EnrichedSettlementLine } from '../domain/settlement-comparison.js';

const AT_ONCE = 500;
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtextextended('till.statement.' || $1, 0))`;
const debits = { fee: 'provider_fees', payout: 'payouts' } as const;

/** A line that only the statement reports. */
type Posted = EnrichedSettlementLine & { readonly kind: 'fee' | 'payout'; readonly referenceId: string };

/** Posts fees and payouts of a provider's statement, each line once. */
@Injectable()
export class StatementPosting {
  constructor(
    private readonly tx: Transaction,
    private readonly ledger: LedgerService,
    private readonly clearing: ClearingRepository,
  ) {}

  /** Posts the lines that are not posted yet. Returns how many. A manual posting with a line's reference counts as posted. */
  async post(provider: string, lines: readonly EnrichedSettlementLine[]): Promise<number> {
    const wanted = lines.filter((line): line is Posted => isPostedFromStatement(line.kind) && line.amount > 0);
    for (const currency of new Set(wanted.map((line) => line.currency)))
      await this.ledger.openAccounts(currency, ['provider_fees', 'payouts', `provider_clearing:${provider}`]);
    let posted = 0;
    for (let at = 0; at < wanted.length; at += AT_ONCE)
      posted += await this.postSome(provider, wanted.slice(at, at + AT_ONCE));
    return posted;
  }

  private postSome(provider: string, lines: readonly Posted[]): Promise<number> {
    return this.tx.run(async () => {
      await this.tx.query(ONE_AT_A_TIME, [provider]);
      const known = await this.clearing.posted(
        lines.map((line) => statementReference(provider, line)),
        ['provider_fee', 'payout'],
        lines.map(({ referenceId }) => referenceId),
      );
      const isNew = (line: Posted) => !known.has(line.referenceId) && !known.has(statementReference(provider, line));
      const fresh = [...new Map(lines.filter(isNew).map((line) => [line.referenceId, line])).values()];
      for (const line of fresh) this.postLine(provider, line);
      return fresh.length;
    });
  }

  private postLine(provider: string, line: Posted): void {
    const { kind, referenceId, amount, currency } = line;
    const posting: Posting = { debit: debits[kind], credit: `provider_clearing:${provider}`, amount };
    const reference = statementReference(provider, line);
    this.ledger.post({ kind: ledgerKindOf(kind), referenceId, currency, reference }, [posting]);
  }
}

/** The reference of the line in the ledger. A manual posting with it counts as the line's posting. */
function statementReference(provider: string, { id }: EnrichedSettlementLine): string {
  return `${provider}:${id}`.slice(0, 200);
}
