/** What a ledger transaction records, and whether people may reverse it. */
const kinds = {
  /** Money taken for an order, by a provider or from store credit. */
  capture: { reversible: false },
  /** Money given back of an order. */
  refund: { reversible: false },
  dispute_opened: { reversible: false },
  dispute_won: { reversible: false },
  dispute_lost: { reversible: false },
  provider_fee: { reversible: false },
  payout: { reversible: false },
  store_credit_grant: { reversible: true },
  store_credit_transfer: { reversible: true },
  /** Posted by a person. */
  manual: { reversible: true },
  reversal: { reversible: false },
} as const satisfies Record<string, { readonly reversible: boolean }>;

export type TransactionKind = keyof typeof kinds;
export const transactionKinds = Object.keys(kinds) as TransactionKind[];

/** What payments and providers posted is corrected by them: a reversal behind their back would part them from the books. */
export const isReversible = (kind: TransactionKind): boolean => kinds[kind].reversible;
