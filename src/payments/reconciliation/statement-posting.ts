import { Injectable } from '@nestjs/common';
import type { LedgerTransactionId } from '../../shared/ids.js';
import { formatMoney } from '../../shared/money.js';
import { slices } from '../../shared/slices.js';
import { shopLock, Transaction } from '../../platform/database/index.js';
import { ClearingRepository, LedgerService, type PostedRecord, type Posting } from '../../ledger/index.js';
import type { EnrichedSettlementLine } from '../domain/settlement-comparison.js';
import {
  counterAccountOf,
  effectOf,
  isConversion,
  isPostedFromStatement,
  ledgerKindOf,
  ledgerKinds,
} from '../domain/statement-kinds.js';
import { ReturnedRefunds } from './returned-refunds.js';
import { StatementPostingsRepository } from './statement-postings.repository.js';
import { movementOf, statementReference } from './statement-lines.js';

const AT_ONCE = 500;
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(${shopLock(`hashtextextended('till.statement.' || $1, 0)`)})`;

/** A line that only the statement reports. */
type Posted = EnrichedSettlementLine & { readonly referenceId: string };
/** The lines of one movement: two of a conversion, otherwise one. */
type Movement = readonly [Posted, ...Posted[]];

/** A provider's statement of a day (UTC, `YYYY-MM-DD`). */
export interface StatementDay {
  readonly provider: string;
  readonly date: string;
}

/** Posts what only a provider's statement reports: fees, payouts, reserves, conversions, refunds whose money came back. Each movement once. */
@Injectable()
export class StatementPosting {
  constructor(
    private readonly tx: Transaction,
    private readonly ledger: LedgerService,
    private readonly clearing: ClearingRepository,
    private readonly returned: ReturnedRefunds,
    private readonly postings: StatementPostingsRepository,
  ) {}

  /** Posts the movements of a day that are not posted yet. Returns how many. A manual posting with a movement's reference counts as posted. */
  async post({ provider, date }: StatementDay, lines: readonly EnrichedSettlementLine[]): Promise<number> {
    const wanted = lines.filter((line): line is Posted => isPostedFromStatement(line.kind) && line.amount > 0);
    for (const currency of new Set(wanted.map((line) => line.currency))) {
      const accounts = wanted.filter((line) => line.currency === currency).map(({ kind }) => counterAccountOf(kind)!);
      await this.ledger.openAccounts(currency, [...new Set(accounts), `provider_clearing:${provider}`]);
    }
    let posted = await this.returned.record(provider, lines);
    for (const some of slices(movementsOf(wanted), AT_ONCE)) posted += await this.postSome({ provider, date }, some);
    return posted;
  }

  /** Posts a line for a person, who says to which account its money belongs. Call it in a transaction. */
  async enter({ provider, date }: StatementDay, record: PostedRecord, posting: Posting): Promise<LedgerTransactionId> {
    const id = await this.ledger.enter(record, [posting]);
    await this.postings.add(provider, date, [id]);
    return id;
  }

  private postSome({ provider, date }: StatementDay, movements: readonly Movement[]): Promise<number> {
    return this.tx.run(async () => {
      await this.tx.query(ONE_AT_A_TIME, [provider]);
      const known = await this.clearing.posted(
        movements.map(([line]) => statementReference(provider, movementOf(line))),
        ledgerKinds,
        movements.map(([{ referenceId }]) => referenceId),
      );
      const isNew = ([line]: Movement) =>
        !known.has(line.referenceId) && !known.has(statementReference(provider, movementOf(line)));
      const fresh = movements.filter(isNew);
      const made = fresh.map((movement) => this.postMovement(provider, movement));
      if (made.length > 0) await this.postings.add(provider, date, made);
      return fresh.length;
    });
  }

  private postMovement(provider: string, movement: Movement): LedgerTransactionId {
    const [line] = movement;
    const { kind, referenceId } = line;
    const record = {
      kind: ledgerKindOf(kind)!,
      referenceId,
      reference: statementReference(provider, movementOf(line)),
    };
    const reason = isConversion(kind) ? { reason: conversionOf(movement) } : {};
    return this.ledger.postEach(
      { ...record, ...reason },
      movement.map((one) => ({ ...postingOf(provider, one), currency: one.currency })),
    );
  }
}

function postingOf(provider: string, line: Posted): Posting {
  const { kind, amount } = line;
  const [clearing, against] = [`provider_clearing:${provider}`, counterAccountOf(kind)!] as const;
  return effectOf(line) > 0
    ? { debit: clearing, credit: against, amount }
    : { debit: against, credit: clearing, amount };
}

/** Groups the lines of each movement; a line that the statement repeats counts once. */
function movementsOf(lines: readonly Posted[]): Movement[] {
  const movements = new Map<string, Posted[]>();
  for (const line of new Map(lines.map((one) => [one.id, one])).values())
    movements.set(line.referenceId, [...(movements.get(line.referenceId) ?? []), line]);
  return [...movements.values()] as unknown as Movement[];
}

/** Says what became of the money, such as `10.00 EUR became 11.60 USD at 1.16`. One of the two may be less than a unit of its currency. */
function conversionOf(movement: Movement): string {
  const [out, into] = (['conversion_out', 'conversion_in'] as const).map((kind) =>
    movement.find((line) => line.kind === kind),
  );
  const rate = out?.rate === undefined ? '' : ` at ${out.rate}`;
  const [from, to] = [out, into].map((line) => (line ? formatMoney(line) : 'less than a unit'));
  return `${from} became ${to}${rate}`;
}
