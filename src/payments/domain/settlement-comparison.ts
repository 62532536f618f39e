import type { AttemptId, LedgerTransactionId, OrderId } from '../../shared/ids.js';
import type { ClearedEntry } from '../../ledger/index.js';
import {
  effectOf,
  isConversion,
  isPostedFromStatement,
  kindOfLedger,
  ledgerKindOf,
  POSTED_BY_PERSON,
  type SettlementKind,
} from './statement-kinds.js';

/**
 * `unknown_kind`: a movement of a kind that Till does not know. `foreign`: another system on the same account made it. `total_differs`: the
 * statement's own total is not the sum of its lines.
 */
export const differenceReasons = [
  'missing_in_ledger',
  'missing_at_provider',
  'amount_differs',
  'currency_differs',
  'duplicate',
  'unknown_kind',
  'foreign',
  'total_differs',
] as const;
export type DifferenceReason = (typeof differenceReasons)[number];

/** A line of a provider's statement with the matching ids of Till. Amounts are minor units and not negative. */
export interface EnrichedSettlementLine {
  readonly id: string;
  readonly kind: SettlementKind;
  /** The provider's name of the kind. */
  readonly type: string;
  readonly attemptId: AttemptId | null;
  /** The reference of the ledger transaction of this line, if it is known. */
  readonly referenceId: string | null;
  /** The reference of the ledger transaction by which a person posts the line, if Till can't; null for a total. */
  readonly lineReference: string | null;
  /** The order of the payment that the line names. */
  readonly orderId: OrderId | null;
  /** Whether another system made it. */
  readonly isForeign: boolean;
  readonly reference: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
  /** Of a conversion: what one unit that leaves is worth in the other currency. */
  readonly rate?: number;
}

export interface Difference {
  readonly reason: DifferenceReason;
  /** Identifies the same difference in every run. */
  readonly key: string;
  readonly kind: SettlementKind;
  readonly line: EnrichedSettlementLine | null;
  readonly entry: ClearedEntry | null;
  /** What the statement has more than the ledger because of its line, in minor units of the line's currency; 0 without a line. */
  readonly effect: number;
}

/** The differences of a day, and what its lines have in the ledger: minor units by currency. */
export interface SettlementComparison {
  readonly differences: readonly Difference[];
  readonly posted: ReadonlyMap<string, number>;
}

/** The day that is compared. */
export interface ComparedDay {
  readonly isOfDay: (time: Date) => boolean;
  /** The transactions that were posted from the day's statement. */
  readonly fromStatement: ReadonlySet<LedgerTransactionId>;
}

/**
 * Compares a provider's statement with the ledger. Pairs each line with one ledger transaction: by reference, or else by kind and
 * order. Both lists may go beyond the day, because a line may be posted on another day than it is settled; returns only differences
 * of the day.
 */
export function compareSettlements(
  lines: readonly EnrichedSettlementLine[],
  entries: readonly ClearedEntry[],
  { isOfDay, fromStatement }: ComparedDay,
): SettlementComparison {
  const differences: Difference[] = [];
  const posted = new Map<string, number>();
  const left = new Entries(entries);
  const listed = new Map<string, number>();
  for (const { line, entry, repeated } of paired(lines, left)) {
    const times = (listed.get(line.id) ?? 0) + 1;
    listed.set(line.id, times);
    if (!isOfDay(line.settledAt)) continue;
    const inLedger = entry && !repeated && entry.currency === line.currency ? entry.amount : 0;
    posted.set(line.currency, (posted.get(line.currency) ?? 0) + inLedger);
    const reason = repeated ? 'duplicate' : reasonOf(line, entry);
    const effect = effectOf(line) - inLedger;
    if (reason) differences.push({ reason, key: keyOf(line, times), kind: line.kind, line, entry, effect });
  }
  return { differences: [...differences, ...missingAtProvider(left.unclaimed(), { isOfDay, fromStatement })], posted };
}

/** A line with its ledger transaction; `repeated` if the statement had the line or its operation before. */
interface Paired {
  readonly line: EnrichedSettlementLine;
  readonly entry: ClearedEntry | null;
  readonly repeated: boolean;
}

/**
 * Pairs each line with a transaction. One that only names its payment takes another amount of its order last, when no line with that amount
 * can claim it any more.
 */
function paired(lines: readonly EnrichedSettlementLine[], left: Entries): Paired[] {
  const sure = lines.toSorted(surestFirst).map((line) => ({ line, ...left.claim(line) }));
  return sure.map(({ line, entry, repeated }) => ({
    line,
    entry: entry ?? (repeated ? null : left.claimAnother(line)),
    repeated,
  }));
}

/** A line that the statement has for the second time differs by its reason from the first one; further ones need a key of their own. */
const keyOf = ({ id }: EnrichedSettlementLine, times: number): string =>
  times <= 2 ? `settlement:${id}` : `settlement:${id}:${times}`;

/** What was posted from a statement belongs to the day of its line; everything else to the day on which it was posted. */
function missingAtProvider(entries: readonly ClearedEntry[], { isOfDay, fromStatement }: ComparedDay): Difference[] {
  return entries.flatMap((entry) => {
    const kind = kindOfEntry(entry);
    const isPosted = isPostedFromStatement(kind) || entry.kind === POSTED_BY_PERSON;
    if (isPosted ? !fromStatement.has(entry.transactionId) : !isOfDay(entry.postedAt)) return [];
    const key = `ledger:${entry.transactionId}${isConversion(kind) ? `:${entry.currency}` : ''}`;
    return [{ reason: 'missing_at_provider' as const, key, kind, line: null, entry, effect: 0 }];
  });
}

/** Nobody knows what money is that a person posted. */
function kindOfEntry({ kind, amount }: ClearedEntry): SettlementKind {
  if (kind === 'conversion') return amount > 0 ? 'conversion_in' : 'conversion_out';
  return kindOfLedger(kind) ?? (amount > 0 ? 'other_credit' : 'other_debit');
}

function reasonOf(line: EnrichedSettlementLine, entry: ClearedEntry | null): DifferenceReason | undefined {
  if (!entry) return !ledgerKindOf(line.kind) ? 'unknown_kind' : line.isForeign ? 'foreign' : 'missing_in_ledger';
  if (entry.currency !== line.currency) return 'currency_differs';
  return entry.amount === effectOf(line) ? undefined : 'amount_differs';
}

/** Sorts lines with a reference before those that only name a payment, and a line before its repetition. */
function surestFirst(one: EnrichedSettlementLine, other: EnrichedSettlementLine): number {
  const byCertainty = Number(one.referenceId === null) - Number(other.referenceId === null);
  return byCertainty || one.settledAt.getTime() - other.settledAt.getTime() || (one.id < other.id ? -1 : 1);
}

/** Ledger transactions; each can be paired with one line. */
class Entries {
  private readonly byReference = new Map<string, ClearedEntry>();
  private readonly byOrder = new Map<string, ClearedEntry[]>();
  private readonly claimed = new Set<ClearedEntry>();
  private readonly seen = new Set<string>();

  constructor(private readonly entries: readonly ClearedEntry[]) {
    for (const entry of entries) {
      this.byReference.set(nameOfEntry(entry), entry);
      const ofOrder = `${entry.kind} ${entry.orderId}`;
      this.byOrder.set(ofOrder, [...(this.byOrder.get(ofOrder) ?? []), entry]);
    }
  }

  /** Returns the transaction that a line names, or one of its order with the same amount. A line that is repeated takes none of its order. */
  claim(line: EnrichedSettlementLine): Pick<Paired, 'repeated'> & { entry: ClearedEntry | undefined } {
    const isNamed = line.referenceId !== null && ledgerKindOf(line.kind) !== undefined;
    const names = [`line ${line.id}`, ...(isNamed ? [nameOf(line)] : [])];
    const repeated = names.some((name) => this.seen.has(name));
    for (const name of names) this.seen.add(name);
    const named = this.byReference.get(`${POSTED_BY_PERSON} ${line.lineReference}`) ?? this.named(line);
    const entry =
      named ?? (repeated ? undefined : this.freeOf(line).find(({ amount }) => Math.abs(amount) === line.amount));
    if (entry) this.claimed.add(entry);
    return { entry, repeated };
  }

  /** Returns a transaction of the line's order that no line has claimed, or null. */
  claimAnother(line: EnrichedSettlementLine): ClearedEntry | null {
    const [entry = null] = this.freeOf(line);
    if (entry) this.claimed.add(entry);
    return entry;
  }

  unclaimed(): ClearedEntry[] {
    return this.entries.filter((entry) => !this.claimed.has(entry));
  }

  private named(line: EnrichedSettlementLine): ClearedEntry | undefined {
    return line.referenceId === null ? undefined : this.byReference.get(nameOf(line));
  }

  /** What no line has claimed of the kind and the order of a line that only names its payment. */
  private freeOf({ kind, orderId, referenceId }: EnrichedSettlementLine): readonly ClearedEntry[] {
    if (orderId === null || referenceId !== null) return [];
    const all = this.byOrder.get(`${ledgerKindOf(kind)} ${orderId}`) ?? [];
    return all.filter((entry) => !this.claimed.has(entry));
  }
}

/** A conversion has two lines and one transaction with entries in both currencies. */
const nameOf = ({ kind, referenceId, currency }: EnrichedSettlementLine): string =>
  `${ledgerKindOf(kind)} ${referenceId}${isConversion(kind) ? ` ${currency}` : ''}`;
const nameOfEntry = ({ kind, referenceId, currency }: ClearedEntry): string =>
  `${kind} ${referenceId}${kind === 'conversion' ? ` ${currency}` : ''}`;
