/** The kinds of ledger transactions, and whether people may reverse them. */
const kinds = {
  /** Money for an order, captured by a provider or taken from store credit. */
  capture: { reversible: false },
  /** Money refunded for an order. */
  refund: { reversible: false },
  /** A refund whose money came back to the provider. */
  refund_reversal: { reversible: false },
  dispute_opened: { reversible: false },
  dispute_won: { reversible: false },
  dispute_lost: { reversible: false },
  provider_fee: { reversible: false },
  provider_fee_refund: { reversible: false },
  payout: { reversible: false },
  /** A payout that bounced or was cancelled. */
  payout_reversal: { reversible: false },
  /** Money that we paid in at a provider. */
  topup: { reversible: false },
  topup_reversal: { reversible: false },
  provider_reserve: { reversible: false },
  provider_reserve_release: { reversible: false },
  uncaptured: { reversible: false },
  uncaptured_reversal: { reversible: false },
  /** A provider converted money from one currency into another. */
  conversion: { reversible: false },
  /** Foreign or unknown money of a provider's statement, posted by a person. */
  difference: { reversible: false },
  store_credit_grant: { reversible: true },
  store_credit_transfer: { reversible: true },
  /** Posted by a person. */
  manual: { reversible: true },
  reversal: { reversible: false },
} as const satisfies Record<string, { readonly reversible: boolean }>;

export type TransactionKind = keyof typeof kinds;
export const transactionKinds = Object.keys(kinds) as TransactionKind[];

/** Transactions of payments and providers are corrected there: a reversal would make payment and ledger differ. */
export const isReversible = (kind: TransactionKind): boolean => kinds[kind].reversible;
