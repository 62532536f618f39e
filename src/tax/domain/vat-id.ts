import * as packaged from 'jsvat-next';
import { ValidationFailed } from '../../shared/errors.js';

/** Node finds no names in this CommonJS package but `default`; the bundle finds all names, and no `default`. */
const jsvat =
  'checkVAT' in packaged ? packaged : (packaged as unknown as { readonly default: typeof packaged }).default;

/** Prefixes of VAT ids whose form is known: the member states of the EU, Northern Ireland, and neighbours. Greece's is EL. */
export const vatPrefixes: readonly string[] =
  'AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI GB CH'.split(' ');

/** Spaces, dots and hyphens, by which people group the digits. */
const SEPARATORS = /[\s.\-/]+/g;
const PREFIXES: ReadonlySet<string> = new Set(vatPrefixes);

/**
 * Returns a VAT id in capitals without separators, if its form and its check digits are right. That says nothing about whether anybody
 * has it.
 * @throws ValidationFailed
 */
export function vatIdOf(text: string): string {
  const id = text.replaceAll(SEPARATORS, '').toUpperCase().replace(/^GR/, 'EL');
  const prefix = id.slice(0, 2);
  if (!PREFIXES.has(prefix)) throw refused(`must begin with one of ${vatPrefixes.join(', ')}`);
  if (!jsvat.checkVAT(id, jsvat.countries).isValid)
    throw refused(`is no VAT id of ${prefix}: its length, letters or check digits are wrong`);
  return id;
}

/** Whether VIES has ids with this prefix. */
export const isInVies = (vatId: string): boolean => !/^(?:GB|CH)/.test(vatId);

const refused = (message: string) => new ValidationFailed([{ pointer: '/vatId', code: 'vat_id', message }]);
