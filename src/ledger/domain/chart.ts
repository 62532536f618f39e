import { encodeId, type UserId } from '../../shared/ids.js';

export type AccountType = 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';

interface AccountRule {
  readonly type: AccountType;
  /** Whether people may post to it; the others are what payments, providers and customers made of them. */
  readonly manual: boolean;
}

/** The chart of accounts: what each code, or each code before its colon, stands for. */
const chart = {
  /** What a provider took from shoppers and has not yet paid out. */
  provider_clearing: { type: 'asset', manual: false },
  /** What providers paid out to our bank. */
  payouts: { type: 'asset', manual: true },
  /** What a provider holds back until a dispute is decided. */
  disputes: { type: 'asset', manual: false },
  /** What a customer has to spend with us; one account for each, never below zero. */
  store_credit: { type: 'liability', manual: false },
  /** What the owners put in or took out. */
  equity: { type: 'equity', manual: true },
  sales: { type: 'revenue', manual: false },
  /** Sales given back; a debit account beside `sales`, so that gross sales stay visible. */
  refunds: { type: 'revenue', manual: false },
  provider_fees: { type: 'expense', manual: true },
  dispute_losses: { type: 'expense', manual: true },
  /** Store credit given away: goodwill. */
  store_credit_grants: { type: 'expense', manual: false },
  /** Differences that nobody can explain. */
  adjustments: { type: 'expense', manual: true },
} as const satisfies Record<string, AccountRule>;

type ChartCode = keyof typeof chart;
type CodeByName = Exclude<ChartCode, 'provider_clearing' | 'store_credit'>;

/** `sales`; `provider_clearing:sandbox`, one for each provider; `store_credit:usr_...`, one for each customer. */
export type AccountCode = SummedCode | `store_credit:${string}`;

/** An account that keeps no balance of its own: whoever posts to it waits for nobody. */
export type SummedCode = CodeByName | `provider_clearing:${string}`;

/** The accounts that a manual posting may name. */
export const manualCodes = (Object.keys(chart) as ChartCode[]).filter((code) => chart[code].manual) as CodeByName[];

export function accountType(code: AccountCode): AccountType {
  return chart[code.split(':', 1)[0] as ChartCode].type;
}

export const storeCreditCode = (userId: UserId): AccountCode => `store_credit:${encodeId('usr', userId)}`;

export const isStoreCredit = (code: AccountCode): boolean => code.startsWith('store_credit:');
