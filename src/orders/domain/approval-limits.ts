import { isCurrency } from '../../shared/money.js';

/** In whole units of a currency (euros, yen): what goes back for an order and comes to more needs a second person. */
export interface ApprovalLimits {
  /** Of all currencies that have no limit of their own; undefined for none. */
  readonly others: number | undefined;
  readonly byCurrency: Readonly<Record<string, number>>;
}

/** No second person is ever needed. */
export const NO_LIMITS: ApprovalLimits = { others: undefined, byCurrency: {} };

const MAX = 9_999_999_999;
/** How the setting is written. */
export const LIMITS_FORM =
  'must be none, or whole units of the currency, with those of some currencies after it: 500,JPY:60000';

/** Reads `none`, `500` or `500,JPY:60000`. Returns `undefined` for any other text. */
export function readLimits(text: string): ApprovalLimits | undefined {
  const [first = '', ...rest] = text.split(',').map((part) => part.trim());
  const others = first === 'none' ? undefined : amountIn(first);
  const named = rest.map((part) => part.split(':'));
  const byCurrency = Object.fromEntries(named.map(([currency = '', amount = '']) => [currency, amountIn(amount)]));
  const isRight =
    (first === 'none' || others !== undefined) &&
    named.every((parts) => parts.length === 2 && isCurrency(parts[0]!)) &&
    Object.keys(byCurrency).length === named.length &&
    Object.values(byCurrency).every((amount) => amount !== undefined);
  return isRight ? { others, byCurrency: byCurrency as Record<string, number> } : undefined;
}

/** Returns the limit of a currency; undefined if it has none. */
export function limitOf({ others, byCurrency }: ApprovalLimits, currency: string): number | undefined {
  return Object.hasOwn(byCurrency, currency) ? byCurrency[currency] : others;
}

function amountIn(text: string): number | undefined {
  const amount = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return amount !== undefined && amount <= MAX ? amount : undefined;
}
