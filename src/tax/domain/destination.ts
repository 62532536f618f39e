import { ValidationFailed } from '../../shared/errors.js';

/** Where goods go, as far as taxes ask. */
export interface Destination {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region: string | null;
  readonly postalCode: string | null;
}

/**
 * Reads the destination from the fields `country`, `region` and `postalCode` of a shipping address. Without an address, or with one
 * that names no country, goods are sold at `home`.
 * @throws ValidationFailed for a country that is no code, or for none without a `home`
 */
export function destinationOf(
  address: Readonly<Record<string, unknown>> | undefined,
  home: string | undefined,
): Destination {
  const given = address?.['country'] ?? home;
  const country = typeof given === 'string' ? given.toUpperCase() : '';
  if (!/^[A-Z]{2}$/.test(country)) throw unknownCountry(given === undefined);
  return { country, region: textOf(address?.['region']), postalCode: textOf(address?.['postalCode']) };
}

/** Regions and postcodes are compared without spaces around them, in capitals. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toUpperCase() : null;
}

function unknownCountry(isMissing: boolean): ValidationFailed {
  const message = isMissing
    ? 'is needed to tax these goods (ISO 3166-1, two letters)'
    : 'must be a country of ISO 3166-1 in two letters';
  const code = isMissing ? 'required' : 'country';
  return new ValidationFailed([{ pointer: '/shippingAddress/country', code, message }]);
}
