import type { SummedCode, TransactionKind } from '../../ledger/index.js';

/** What a kind of statement line means for the ledger. */
interface KindRule {
  /** The kind of its ledger transaction; absent for money that Till can't name. */
  readonly ledger?: TransactionKind;
  /** 1 if the provider owes us more after it, -1 if less. */
  readonly sign: 1 | -1;
  /** The account on the other side of what only the statement reports; absent for what Till posts when it happens. */
  readonly against?: SummedCode;
}

const rules = {
  capture: { ledger: 'capture', sign: 1 },
  refund: { ledger: 'refund', sign: -1 },
  /** A refund that failed after its money had left. */
  refund_reversal: { ledger: 'refund_reversal', sign: 1 },
  dispute: { ledger: 'dispute_opened', sign: -1 },
  dispute_reversal: { ledger: 'dispute_won', sign: 1 },
  fee: { ledger: 'provider_fee', sign: -1, against: 'provider_fees' },
  fee_refund: { ledger: 'provider_fee_refund', sign: 1, against: 'provider_fees' },
  payout: { ledger: 'payout', sign: -1, against: 'payouts' },
  /** A payout that bounced or was cancelled, or money that the provider took from our bank. */
  payout_reversal: { ledger: 'payout_reversal', sign: 1, against: 'payouts' },
  /** Money that we paid in. */
  topup: { ledger: 'topup', sign: 1, against: 'payouts' },
  topup_reversal: { ledger: 'topup_reversal', sign: -1, against: 'payouts' },
  /** Money that the provider sets aside for losses to come, and releases. */
  reserve: { ledger: 'provider_reserve', sign: -1, against: 'provider_reserves' },
  reserve_release: { ledger: 'provider_reserve_release', sign: 1, against: 'provider_reserves' },
  /** What some statements count as captured and reverse in another line: the rest of an authorization, a direct debit that fails. */
  uncaptured: { ledger: 'uncaptured', sign: 1, against: 'uncaptured' },
  uncaptured_reversal: { ledger: 'uncaptured_reversal', sign: -1, against: 'uncaptured' },
  /** Money leaves one currency and arrives in another. */
  conversion_out: { ledger: 'conversion', sign: -1, against: 'conversions' },
  conversion_in: { ledger: 'conversion', sign: 1, against: 'conversions' },
  /** Movements that Till does not know; `type` has the provider's name. */
  other_credit: { sign: 1 },
  other_debit: { sign: -1 },
} as const satisfies Record<string, KindRule>;

/** The kind of ledger transaction of a line that Till can't post and a person did. */
export const POSTED_BY_PERSON: TransactionKind = 'difference';

export type SettlementKind = keyof typeof rules;
export const settlementKinds = Object.keys(rules) as SettlementKind[];
const ruleOf = (kind: SettlementKind): KindRule => rules[kind];

/** The kind of ledger transaction for a kind of line; undefined if there is none. */
export const ledgerKindOf = (kind: SettlementKind): TransactionKind | undefined => ruleOf(kind).ledger;
export const ledgerKinds: readonly TransactionKind[] = [
  ...new Set(settlementKinds.flatMap((kind) => ledgerKindOf(kind) ?? [])),
];

/** The kinds of lines that a kind of ledger transaction may have. */
export const kindOfLedger = (ledger: TransactionKind): SettlementKind | undefined =>
  settlementKinds.find((kind) => ruleOf(kind).ledger === ledger);

/** The account on the other side of a line that only the statement reports; undefined if Till posts it when it happens. */
export const counterAccountOf = (kind: SettlementKind): SummedCode | undefined => ruleOf(kind).against;

/** Whether Till posts the line when it reads the statement. */
export const isPostedFromStatement = (kind: SettlementKind): boolean => counterAccountOf(kind) !== undefined;

export const isConversion = (kind: SettlementKind): boolean => ledgerKindOf(kind) === 'conversion';

/** What a line adds to the money that the provider owes us, in minor units of its currency. */
export function effectOf({ kind, amount }: { readonly kind: SettlementKind; readonly amount: number }): number {
  return ruleOf(kind).sign * amount;
}
