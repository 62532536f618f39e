import { isAmount } from '../../shared/money.js';

export type AccountType = 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';

/** The chart of accounts: what each code, or each code before its colon, stands for. */
const chart = {
  /** What a provider took from shoppers and has not yet paid out. */
  provider_clearing: 'asset',
  sales: 'revenue',
  /** Sales given back; a debit account beside `sales`, so that gross sales stay visible. */
  refunds: 'revenue',
} as const satisfies Record<string, AccountType>;

/** `sales`, or `provider_clearing:sandbox`: one account for each provider. */
export type AccountCode = 'sales' | 'refunds' | `provider_clearing:${string}`;

/** Moves `amount` minor units from the credited account to the debited one. */
export interface Posting {
  readonly debit: AccountCode;
  readonly credit: AccountCode;
  readonly amount: number;
}

/** One side of a posting: a positive amount is a debit, a negative one a credit. */
export interface Entry {
  readonly account: AccountCode;
  readonly amount: number;
}

export function accountType(code: AccountCode): AccountType {
  return chart[code.split(':', 1)[0] as keyof typeof chart];
}

/** The entries of some postings; they sum to zero because each posting does. */
export function entriesOf(postings: readonly Posting[]): Entry[] {
  return postings.flatMap(({ debit, credit, amount }) => {
    if (!isAmount(amount) || amount === 0) throw new RangeError(`A posting of ${amount} minor units is no posting.`);
    return [
      { account: debit, amount },
      { account: credit, amount: -amount },
    ];
  });
}

/** A capture: the provider owes us what the shopper paid. */
export const capturePosting = (provider: string, amount: number): Posting => ({
  debit: `provider_clearing:${provider}`,
  credit: 'sales',
  amount,
});

/** A refund: the reversed flow, on its own account. */
export const refundPosting = (provider: string, amount: number): Posting => ({
  debit: 'refunds',
  credit: `provider_clearing:${provider}`,
  amount,
});
