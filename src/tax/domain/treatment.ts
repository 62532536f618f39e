import { countryOfVatId, isExport, isMember } from './territory.js';
import type { TaxTerm } from './taxes.js';

/** What is known of the buyer at the moment and the place of the sale. */
export interface Buyer {
  /** A VAT id that counts; null without one. */
  readonly vatId: string | null;
  /** Why no tax is due here; null if it is. */
  readonly exemption: string | null;
}

/** A sale as far as the buyer changes its tax. */
export interface Sale {
  /** Where the shop sells from; undefined if it did not say. */
  readonly home: string | undefined;
  /** Where the goods go. Both are ISO 3166-1 alpha-2. */
  readonly destination: string;
  readonly buyer: Buyer;
}

type Zero = Pick<TaxTerm, 'category' | 'country' | 'reason'>;

/**
 * Returns the term of a sale to this buyer: as it is, or with a rate of zero and the reason.
 *
 * - `K`: goods that go to another member state, to a business with a VAT id of a state that is not the shop's (Directive 2006/112/EC, Article 138).
 * - `AE`: services to a business with a VAT id of another member state: the buyer owes the tax there (Articles 44 and 196).
 * - `E`: what is taxed, to a customer whose exemption holds at the destination.
 *
 * What has a rate of zero for a reason of its own (`E`, `G`, `O`, `AE`, `K`) stays as it is.
 */
export function treatmentOf(term: TaxTerm, isService: boolean, sale: Sale): TaxTerm {
  return businessTermOf(term, isService, sale) ?? exempted(term, sale) ?? term;
}

/** Returns the term of a sale to a business in another member state; undefined if it is none. */
export function businessTermOf(term: TaxTerm, isService: boolean, sale: Sale): TaxTerm | undefined {
  if (term.category !== 'S' && term.category !== 'Z') return undefined;
  const zero = isService ? reverseCharge(sale) : communitySupply(sale);
  return zero && { ...term, ...zero, rate: '0', source: 'VAT id of the customer' };
}

function communitySupply({ home, destination, buyer: { vatId } }: Sale): Zero | undefined {
  if (home === undefined || vatId === null) return undefined;
  const country = countryOfVatId(vatId);
  // Northern Ireland is within the EU for goods.
  const isForeign = country !== home && (isMember(country) || vatId.startsWith('XI'));
  if (home === destination || !isMember(home) || !isMember(destination) || !isForeign) return undefined;
  const reason = `Intra-Community supply, Article 138 of Directive 2006/112/EC; VAT id ${vatId}`;
  return { category: 'K', country: destination, reason };
}

function reverseCharge({ home, buyer: { vatId } }: Sale): Zero | undefined {
  if (home === undefined || vatId === null) return undefined;
  const country = countryOfVatId(vatId);
  if (country === home || !isMember(home) || !isMember(country)) return undefined;
  const reason = `Reverse charge, Article 196 of Directive 2006/112/EC; VAT id ${vatId}`;
  return { category: 'AE', country, reason };
}

function exempted(term: TaxTerm, { buyer: { exemption } }: Sale): TaxTerm | undefined {
  if (term.category !== 'S' || exemption === null) return undefined;
  return { ...term, category: 'E', rate: '0', reason: exemption, source: 'exemption of the customer' };
}

/** Returns the term of goods that leave for a country without a rate of its own, from the term at home. */
export function exportOf(term: TaxTerm, home: string, destination: string): TaxTerm {
  const law = isMember(home) ? ', Article 146 of Directive 2006/112/EC' : '';
  return { ...term, category: 'G', rate: '0', country: destination, reason: `Export${law}`, source: 'TAX_EXPORTS' };
}

/** Whether a rate is one for exports where nothing is exported: at home, or between members of the EU. */
export const isFalseExport = ({ category }: Pick<TaxTerm, 'category'>, home: string | undefined, to: string): boolean =>
  category === 'G' && home !== undefined && !isExport(home, to);
