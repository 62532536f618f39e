import type { UserId } from '../../shared/ids.js';
import { type AccountCode, storeCreditCode } from './chart.js';

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

/** The entries of some postings; they sum to zero because each posting does. The limit for orders does not apply to sums. */
export function entriesOf(postings: readonly Posting[]): Entry[] {
  return postings.flatMap(({ debit, credit, amount }) => {
    if (!Number.isSafeInteger(amount) || amount <= 0)
      throw new RangeError(`A posting of ${amount} minor units is no posting.`);
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

/** A dispute is opened: the provider withholds money that it owed us. */
export const disputeOpenedPosting = (provider: string, amount: number): Posting => ({
  debit: 'disputes',
  credit: `provider_clearing:${provider}`,
  amount,
});

/** A dispute is won: the provider owes us the money again. */
export const disputeWonPosting = (provider: string, amount: number): Posting => ({
  debit: `provider_clearing:${provider}`,
  credit: 'disputes',
  amount,
});

/** A dispute that was lost is won after an appeal: the provider owes us the lost money again. */
export const disputeLossReversalPosting = (provider: string, amount: number): Posting => ({
  debit: `provider_clearing:${provider}`,
  credit: 'dispute_losses',
  amount,
});

/** A dispute is lost: the withheld money is lost. */
export const disputeLostPosting = (amount: number): Posting => ({
  debit: 'dispute_losses',
  credit: 'disputes',
  amount,
});

/** A refund: the reverse of a capture, with its own account. */
export const refundPosting = (provider: string, amount: number): Posting => ({
  debit: 'refunds',
  credit: `provider_clearing:${provider}`,
  amount,
});

/** A refund whose money came back: the provider owes it to us again. */
export const refundReversalPosting = (provider: string, amount: number): Posting => ({
  debit: `provider_clearing:${provider}`,
  credit: 'refunds',
  amount,
});

/** A sale paid with store credit: we owe the customer less. */
export const creditSpentPosting = (customerId: UserId, amount: number): Posting => ({
  debit: storeCreditCode(customerId),
  credit: 'sales',
  amount,
});

/** A refund to store credit. */
export const creditRefundPosting = (customerId: UserId, amount: number): Posting => ({
  debit: 'refunds',
  credit: storeCreditCode(customerId),
  amount,
});

/** Shares of a net amount, in minor units: the discount that made it less, and the charges in it, at full prices. */
export interface RevenueShares {
  readonly discount: number;
  readonly charges: number;
}

/** A part of some money with the same tax: the net amount and the tax in it, in minor units. */
export interface TaxedPart extends RevenueShares {
  /** Country, category and rate, such as `GB:S:20`. */
  readonly key: string;
  readonly net: number;
  readonly tax: number;
}

/** Money of an order, in minor units: its parts by tax, and the rest with its shares. All are negative when money is returned. */
export interface TaxedMoney {
  readonly parts: readonly TaxedPart[];
  readonly rest: number;
  readonly ofRest: RevenueShares;
}

/**
 * The entries of money that arrived on `account` for a sale with taxes, discounts or charges, or left it: net amounts at full prices are
 * revenue, that of charges with accounts of its own, discounts are contra revenue, and the tax is owed. A refund has accounts of its own for
 * the revenue of goods.
 */
export function taxedEntries(
  account: AccountCode,
  revenue: 'sales' | 'refunds',
  { parts, rest, ofRest }: TaxedMoney,
): Entry[] {
  const entries: Entry[] = [
    ...parts.flatMap(({ key, net, tax, discount, charges }) => [
      { account: `${revenue}:${key}` as const, amount: charges - net - discount },
      { account: `charges:${key}` as const, amount: -charges },
      { account: `discounts:${key}` as const, amount: discount },
      { account: `vat_payable:${key}` as const, amount: -tax },
    ]),
    { account: revenue, amount: ofRest.charges - rest - ofRest.discount },
    { account: 'charges', amount: -ofRest.charges },
    { account: 'discounts', amount: ofRest.discount },
  ];
  const amount = -entries.reduce((sum, entry) => sum + entry.amount, 0);
  return [{ account, amount }, ...entries].filter((entry) => entry.amount !== 0);
}
