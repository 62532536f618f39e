import { encodeId, type UserId } from '../../shared/ids.js';

export type AccountType = 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';

interface AccountRule {
  readonly type: AccountType;
  /** Whether people may post to it by hand. */
  readonly manual: boolean;
}

/** The chart of accounts, by code or by the part of a code before its colon. */
const chart = {
  /** Money that a provider took from shoppers and has not paid out yet. */
  provider_clearing: { type: 'asset', manual: false },
  /** Money that providers paid out to our bank. */
  payouts: { type: 'asset', manual: true },
  /** Money that a provider sets aside for losses to come. */
  provider_reserves: { type: 'asset', manual: false },
  /** Money that a provider's statement counts as captured until it reverses it: the rest of an authorization, a direct debit that fails. */
  uncaptured: { type: 'asset', manual: false },
  /** Money on its way from one currency to another. Its balances at today's rates are the gain or loss of all conversions. */
  conversions: { type: 'equity', manual: true },
  /** Money of other systems on a provider's account. */
  foreign_money: { type: 'liability', manual: true },
  /** Money that a provider withholds until a dispute is decided. */
  disputes: { type: 'asset', manual: false },
  /** Store credit of a customer; one account per customer, never below zero. */
  store_credit: { type: 'liability', manual: false },
  /** Money that the owners put in or took out. */
  equity: { type: 'equity', manual: true },
  /** Sales without their taxes: `sales` where none apply, and `sales:GB:S:20` by country, category and rate of the tax. */
  sales: { type: 'revenue', manual: false },
  /** Refunded sales; separate debit accounts, named as those of sales, so that gross sales stay visible. */
  refunds: { type: 'revenue', manual: false },
  /** What discounts took off sales, without taxes: a debit beside sales at full prices, and named like these. */
  discounts: { type: 'revenue', manual: false },
  /** Revenue of shipping, fees and duties less what was refunded of them, without taxes and before discounts; named like sales. */
  charges: { type: 'revenue', manual: false },
  /** Tax that customers paid and the shop owes: `vat_payable:GB:S:20`, by country, category and rate. */
  vat_payable: { type: 'liability', manual: false },
  provider_fees: { type: 'expense', manual: true },
  dispute_losses: { type: 'expense', manual: true },
  /** Store credit granted as goodwill. */
  store_credit_grants: { type: 'expense', manual: false },
  /** Unexplained differences. */
  adjustments: { type: 'expense', manual: true },
} as const satisfies Record<string, AccountRule>;

type ChartCode = keyof typeof chart;
type CodeByName = Exclude<ChartCode, 'provider_clearing' | 'store_credit' | 'vat_payable'>;

/** `sales`; `provider_clearing:sandbox`, one per provider; `store_credit:usr_...`, one per customer. */
export type AccountCode = SummedCode | `store_credit:${string}`;

/** An account without a stored balance, so that postings to it never wait for a lock. */
export type SummedCode =
  | CodeByName
  | `provider_clearing:${string}`
  | `${'sales' | 'refunds' | 'discounts' | 'charges' | 'vat_payable'}:${string}`;

/** The accounts that a manual posting may name. */
export const manualCodes = (Object.keys(chart) as ChartCode[]).filter((code) => chart[code].manual) as CodeByName[];

export function accountType(code: AccountCode): AccountType {
  return chart[code.split(':', 1)[0] as ChartCode].type;
}

export const storeCreditCode = (userId: UserId): AccountCode => `store_credit:${encodeId('usr', userId)}`;

export const isStoreCredit = (code: AccountCode): boolean => code.startsWith('store_credit:');
