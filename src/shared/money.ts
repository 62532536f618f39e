/** The largest amount Till handles, in minor units (design: 0 <= amount <= 999,999,999,999). */
export const MAX_AMOUNT = 999_999_999_999;

/** An amount in minor units (cents, pence, yen) of an ISO 4217 currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** ISO 4217 currencies whose minor unit is not a hundredth; https://www.iso.org/iso-4217-currency-codes.html, list one. */
const unusualExponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
};

/** Metals, funds, test codes and units without a minor unit of 0, 2 or 3 digits: nobody pays orders in these. */
const notMoney = new Set('CLF UYW XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '));
const known = new Set(Intl.supportedValuesOf('currency').filter((code) => !notMoney.has(code)));

/** Whether Till can take payment in this currency (three capital letters, ISO 4217). */
export function isCurrency(code: string): boolean {
  return known.has(code);
}

/** Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD. */
export function exponentOf(currency: string): number {
  return unusualExponents[currency] ?? 2;
}

/** Whether `amount` is one Till accepts: a whole number of minor units from 0 to `MAX_AMOUNT`. */
export function isAmount(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0 && amount <= MAX_AMOUNT;
}

/** An amount as people read it: `formatMoney({ amount: 1999, currency: 'EUR' })` is `19.99 EUR`. */
export function formatMoney({ amount, currency }: Money): string {
  const digits = exponentOf(currency);
  const text = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? `${text} ${currency}` : `${text.slice(0, -digits)}.${text.slice(-digits)} ${currency}`;
}
