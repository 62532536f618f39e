import type { AttemptId, OrderId } from '../../shared/ids.js';
import type { ClearedEntry, TransactionKind } from '../../ledger/index.js';

export const differenceReasons = [
  'missing_in_ledger',
  'missing_at_provider',
  'amount_differs',
  'currency_differs',
  'duplicate',
] as const;
export type DifferenceReason = (typeof differenceReasons)[number];

export const settlementKinds = [
  'capture',
  'refund',
  'refund_reversal',
  'dispute',
  'dispute_reversal',
  'fee',
  'payout',
] as const;
export type SettlementKind = (typeof settlementKinds)[number];

/** A line of a provider's statement with the matching ids of Till. Amounts are minor units and not negative. */
export interface EnrichedSettlementLine {
  readonly id: string;
  readonly kind: SettlementKind;
  readonly attemptId: AttemptId | null;
  /** The reference of the ledger transaction of this line, if it is known. */
  readonly referenceId: string | null;
  /** The order of the payment that the line names. */
  readonly orderId: OrderId | null;
  readonly reference: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly settledAt: Date;
}

export interface Difference {
  readonly reason: DifferenceReason;
  /** Identifies the same difference in every run. */
  readonly key: string;
  readonly kind: SettlementKind;
  readonly line: EnrichedSettlementLine | null;
  readonly entry: ClearedEntry | null;
}

/** The kind of ledger transaction for each kind of line, and the sign of the amount that the provider owes us. */
const ledgerKinds = {
  capture: { kind: 'capture', sign: 1 },
  refund: { kind: 'refund', sign: -1 },
  refund_reversal: { kind: 'refund_reversal', sign: 1 },
  dispute: { kind: 'dispute_opened', sign: -1 },
  dispute_reversal: { kind: 'dispute_won', sign: 1 },
  fee: { kind: 'provider_fee', sign: -1 },
  payout: { kind: 'payout', sign: -1 },
} as const satisfies Record<SettlementKind, { readonly kind: TransactionKind; readonly sign: 1 | -1 }>;

export const ledgerKindOf = (kind: SettlementKind): TransactionKind => ledgerKinds[kind].kind;

/** Kinds that only the statement reports: Till posts fees and payouts when it reads them. */
export const isPostedFromStatement = (kind: SettlementKind): kind is 'fee' | 'payout' =>
  kind === 'fee' || kind === 'payout';

const kindOfEntry = ({ kind }: ClearedEntry): SettlementKind | undefined =>
  settlementKinds.find((candidate) => ledgerKinds[candidate].kind === kind);

/**
 * Compares a provider's statement with the ledger. Pairs each line with one ledger transaction: by reference, or else by kind and
 * order. Both lists may go beyond the day, because a line may be posted on another day than it is settled; returns only differences
 * for which `isOfDay` is true.
 */
export function compareSettlements(
  lines: readonly EnrichedSettlementLine[],
  entries: readonly ClearedEntry[],
  isOfDay: (time: Date) => boolean,
): Difference[] {
  const found: Difference[] = [];
  const left = new Entries(entries);
  for (const line of lines.toSorted(surestFirst)) {
    const { entry, repeated } = left.claim(line);
    if (!isOfDay(line.settledAt)) continue;
    const reason = repeated ? 'duplicate' : reasonOf(line, entry);
    if (reason) found.push({ reason, key: `settlement:${line.id}`, kind: line.kind, line, entry: entry ?? null });
  }
  for (const entry of left.unclaimed()) {
    const kind = kindOfEntry(entry);
    if (!kind || isPostedFromStatement(kind) || !isOfDay(entry.postedAt)) continue;
    found.push({ reason: 'missing_at_provider', key: `ledger:${entry.transactionId}`, kind, line: null, entry });
  }
  return found;
}

function reasonOf(line: EnrichedSettlementLine, entry: ClearedEntry | undefined): DifferenceReason | undefined {
  if (!entry) return 'missing_in_ledger';
  if (entry.currency !== line.currency) return 'currency_differs';
  return entry.amount === ledgerKinds[line.kind].sign * line.amount ? undefined : 'amount_differs';
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
      this.byReference.set(`${entry.kind} ${entry.referenceId}`, entry);
      const ofOrder = `${entry.kind} ${entry.orderId}`;
      this.byOrder.set(ofOrder, [...(this.byOrder.get(ofOrder) ?? []), entry]);
    }
  }

  /** Returns the transaction of a line; `repeated` if the statement had the line or its operation before. */
  claim(line: EnrichedSettlementLine): { entry: ClearedEntry | undefined; repeated: boolean } {
    const entry = line.referenceId === null ? this.ofOrder(line) : this.byReference.get(nameOf(line));
    const names = [`line ${line.id}`, ...(line.referenceId === null ? [] : [nameOf(line)])];
    const repeated = names.some((name) => this.seen.has(name));
    for (const name of names) this.seen.add(name);
    if (entry) this.claimed.add(entry);
    return { entry, repeated };
  }

  unclaimed(): ClearedEntry[] {
    return this.entries.filter((entry) => !this.claimed.has(entry));
  }

  private ofOrder({ kind, orderId, amount }: EnrichedSettlementLine): ClearedEntry | undefined {
    if (orderId === null) return undefined;
    const all = this.byOrder.get(`${ledgerKinds[kind].kind} ${orderId}`) ?? [];
    const free = all.filter((entry) => !this.claimed.has(entry));
    return free.find((entry) => Math.abs(entry.amount) === amount) ?? free[0];
  }
}

const nameOf = ({ kind, referenceId }: EnrichedSettlementLine): string => `${ledgerKinds[kind].kind} ${referenceId}`;
