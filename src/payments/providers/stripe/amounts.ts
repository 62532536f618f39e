import { exponentOf } from '../../../shared/money.js';

/**
 * Digits after the point that Stripe reckons with where ISO 4217 has another number (https://docs.stripe.com/currencies,
 * "Zero-decimal currencies" and "Special cases"). HUF and TWD are special in payouts alone.
 */
const exponents: Readonly<Record<string, number>> = { ISK: 2, MGA: 0 };
/** UGX stands among Stripe's zero-decimal currencies and, as an example, among those with two: a factor of 100 to guess. */
const contradictory = new Set(['UGX']);

/** Why Stripe can't take an amount; null when it can. */
export function whyNotAtStripe(amount: number, currency: string): string | null {
  if (contradictory.has(currency)) return 'currency_not_supported';
  return Number.isInteger(toStripe(amount, currency)) && isRounded(amount, currency) ? null : 'amount_not_supported';
}

/** Minor units of ISO 4217 as Till counts them, to those of Stripe. */
export function toStripe(amount: number, currency: string): number {
  const more = (exponents[currency] ?? exponentOf(currency)) - exponentOf(currency);
  return more < 0 ? amount / 10 ** -more : amount * 10 ** more;
}

/** Minor units of Stripe to those of Till; `currency` as Stripe writes it, in small letters. */
export function fromStripe(amount: number, currency: string): { readonly amount: number; readonly currency: string } {
  const code = currency.toUpperCase();
  const factor = toStripe(1, code);
  return { amount: factor < 1 ? amount * Math.round(1 / factor) : amount / factor, currency: code };
}

/** The last of three decimals must be 0. */
function isRounded(amount: number, currency: string): boolean {
  return exponentOf(currency) !== 3 || amount % 10 === 0;
}
