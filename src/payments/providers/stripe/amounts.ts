import { exponentOf } from '../../../shared/money.js';

/**
 * Decimal digits at Stripe for currencies where ISO 4217 has another number (https://docs.stripe.com/currencies, "Zero-decimal
 * currencies" and "Special cases"). HUF and TWD are special only in payouts.
 */
const exponents: Readonly<Record<string, number>> = { ISK: 2, MGA: 0 };
/** Stripe lists UGX with zero decimals and, in an example, with two: the factor of 100 is not certain. */
const contradictory = new Set(['UGX']);

/** Returns why Stripe can't take an amount; null if it can. */
export function whyNotAtStripe(amount: number, currency: string): string | null {
  if (contradictory.has(currency)) return 'currency_not_supported';
  return Number.isInteger(toStripe(amount, currency)) && isRounded(amount, currency) ? null : 'amount_not_supported';
}

/** Converts minor units of Till (ISO 4217) to those of Stripe. */
export function toStripe(amount: number, currency: string): number {
  const more = (exponents[currency] ?? exponentOf(currency)) - exponentOf(currency);
  return more < 0 ? amount / 10 ** -more : amount * 10 ** more;
}

/** Converts minor units of Stripe to those of Till; `currency` is in lower case, as at Stripe. */
export function fromStripe(amount: number, currency: string): { readonly amount: number; readonly currency: string } {
  const code = currency.toUpperCase();
  const factor = toStripe(1, code);
  return { amount: factor < 1 ? amount * Math.round(1 / factor) : amount / factor, currency: code };
}

/** Whether the last of three decimals is 0, as Stripe requires. */
function isRounded(amount: number, currency: string): boolean {
  return exponentOf(currency) !== 3 || amount % 10 === 0;
}
