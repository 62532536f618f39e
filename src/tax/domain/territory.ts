/** The member states of the EU by ISO 3166-1. Parts of them outside of its VAT area, such as the Canary Islands, are not told apart. */
const MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

export const isMember = (country: string): boolean => MEMBERS.has(country);

/** Returns the country that a VAT id is of. The ids of Northern Ireland (XI) are British. */
export function countryOfVatId(vatId: string): string {
  const prefix = vatId.slice(0, 2);
  return { EL: 'GR', XI: 'GB' }[prefix] ?? prefix;
}

/** Countries whose territory is part of the VAT area of another one (Directive 2006/112/EC, Art. 7; the Isle of Man by its agreement). */
const PARTS: Readonly<Record<string, string>> = { MC: 'FR', IM: 'GB' };

/** Whether goods that go from one country to the other leave what both share: the EU of two members, else the country. */
export function isExport(from: string, to: string): boolean {
  const [origin, destination] = [PARTS[from] ?? from, PARTS[to] ?? to];
  return origin !== destination && !(isMember(origin) && isMember(destination));
}
