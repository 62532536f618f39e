import { countries } from '../../shared/countries.js';
import { ValidationFailed } from '../../shared/errors.js';

/** Where goods go, as far as taxes ask. */
export interface Destination {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region: string | null;
  readonly postalCode: string | null;
}

/** Codes that people write for a country, and that ISO 3166-1 does not have: the EU's for Greece, and two for the United Kingdom. */
const ALIASES: Readonly<Record<string, string>> = { EL: 'GR', UK: 'GB', XI: 'GB' };

/** The names that shops give to these fields of an address. The first that holds a text counts. */
const REGIONS = ['region', 'state', 'province'];
const POSTAL_CODES = ['postalCode', 'postal_code', 'postcode', 'zip', 'zipCode'];

/**
 * Reads the destination from the fields `country`, `region` and `postalCode` of a shipping address, or from what else shops call these. Without an address, or with one
 * that names no country, goods are sold at `home`.
 * @throws ValidationFailed for a country that there is not, or for none without a `home`
 */
export function destinationOf(
  address: Readonly<Record<string, unknown>> | undefined,
  home: string | undefined,
): Destination {
  const given = address?.['country'] ?? home;
  const code = typeof given === 'string' ? given.toUpperCase() : '';
  const country = ALIASES[code] ?? code;
  // A code that is no country would be outside of every union: an export.
  if (!countries.has(country)) throw unknownCountry(given === undefined);
  return { country, region: textOf(address, REGIONS), postalCode: postalCodeOf(textOf(address, POSTAL_CODES)) };
}

/** Regions are compared without spaces around them, in capitals. */
function textOf(address: Readonly<Record<string, unknown>> | undefined, names: readonly string[]): string | null {
  const texts = names.map((name) => address?.[name]);
  const given = texts.find((text) => typeof text === 'string' && text.trim() !== '');
  return typeof given === 'string' ? given.trim().toUpperCase() : null;
}

/** Returns a postcode as it is compared: people write `20 090` and `SW1Y 4AH` with a space or without. */
export const postalCodeOf = <T extends string | null>(text: T) => (text?.replaceAll(/\s/g, '') ?? null) as T;

function unknownCountry(isMissing: boolean): ValidationFailed {
  const message = isMissing
    ? 'is needed to tax these goods (ISO 3166-1, two letters)'
    : 'must be a country of ISO 3166-1 in two letters';
  const code = isMissing ? 'required' : 'country';
  return new ValidationFailed([{ pointer: '/shippingAddress/country', code, message }]);
}
