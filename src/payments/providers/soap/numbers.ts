import { exponentOf, isCurrency } from '../../../shared/money.js';

const minorUnits = /^(?:0|[1-9]\d*)$/;
const decimal = /^(0|[1-9]\d*)\.(\d+)$/;
/** XML Schema, part 2, section 3.2.7: a date, a time of the day, and perhaps a time zone. */
const dateTime =
  /^(\d{4}-\d\d-\d\d)T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?$/;

/** How an amount is written: `1999` for 19.99 EUR, or `19.99`; undefined if both look the same. */
export type Notation = 'minor_units' | 'decimal' | undefined;

/**
 * Returns an amount in minor units from one of the two notations that the WSDL describes: minor units, or a decimal number with exactly
 * as many digits after the point as the currency has (`19.99` EUR, `1.999` KWD). Undefined for everything else: an amount that was cut
 * or guessed would be a wrong one.
 */
export function amountIn(text: string, currency: string): number | undefined {
  const [, whole, fraction] = decimal.exec(text) ?? [];
  const isRight = fraction === undefined ? minorUnits.test(text) : fraction.length === digitsOf(currency);
  const amount = Number(fraction === undefined ? text : whole! + fraction);
  return isRight && Number.isSafeInteger(amount) ? amount : undefined;
}

export function notationOf(text: string, currency: string): Notation {
  if (text.includes('.')) return 'decimal';
  return digitsOf(currency) === 0 || text === '0' ? undefined : 'minor_units';
}

/** Returns the digits after the point; 0 for a currency that Till does not know. */
function digitsOf(currency: string): number {
  return isCurrency(currency) ? exponentOf(currency) : 0;
}

/** Returns a time; one without a zone is in UTC, as the WSDL says, whatever the zone of this process. Undefined if it is no time. */
export function timeIn(text: string): Date | undefined {
  const [, date, zone] = dateTime.exec(text) ?? [];
  if (date === undefined) return undefined;
  const midnight = new Date(`${date}T00:00:00Z`);
  // JavaScript takes 30 February for 2 March.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return undefined;
  return new Date(zone === undefined ? `${text}Z` : text);
}

/** Returns a truth value (XML Schema, part 2, section 3.2.2); undefined for everything else. */
export function truthIn(text: string): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** Returns the text of an element; a text in two pieces, with a comment in between, fits no number. */
const verbatim = (text: string, { object }: { readonly object: unknown }): string =>
  typeof object === 'string' ? `${object}\0${text}` : text;

/**
 * The SOAP client's own readings, which make 19 of `19.99`, 1999 of `1999abc` and `false` of `yes`, and read times in the zone of the
 * process, replaced by the text.
 */
export const asWritten = Object.fromEntries(
  'int integer short long double float decimal bool boolean dateTime date'.split(' ').map((type) => [type, verbatim]),
);
