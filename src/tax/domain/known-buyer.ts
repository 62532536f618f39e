import type { UserId } from '../../shared/ids.js';
import type { VatIdState } from '../tax-status.entity.js';
import type { Destination } from './destination.js';
import type { Buyer } from './treatment.js';

/** What the shop knows of a customer's taxes. */
export interface KnownStatus {
  readonly vatId: string | null;
  readonly vatIdState: VatIdState | null;
  readonly vatIdConfirmedBy: UserId | null;
  /** ISO 3166-1 alpha-2; null without an exemption. */
  readonly exemptionCountry: string | null;
  readonly exemptionRegion: string | null;
  readonly exemptionReason: string | null;
  readonly exemptionFrom: Date | null;
  readonly exemptionUntil: Date | null;
}

/** Which VAT ids count. */
export interface TrustedVatIds {
  readonly states: readonly VatIdState[];
  /** Whether only ids count that staff have confirmed. */
  readonly confirmedOnly: boolean;
}

/** Returns what counts of a customer's status for goods that go to this place at this time. */
export function buyerOf(
  status: KnownStatus | undefined,
  place: Destination,
  at: Date,
  { states, confirmedOnly }: TrustedVatIds,
): Buyer {
  if (!status) return { vatId: null, exemption: null };
  const { vatId, vatIdState, vatIdConfirmedBy } = status;
  const counts = vatIdState !== null && states.includes(vatIdState) && (vatIdConfirmedBy !== null || !confirmedOnly);
  return { vatId: counts ? vatId : null, exemption: isExempt(status, place, at) ? status.exemptionReason : null };
}

function isExempt(status: KnownStatus, { country, region }: Destination, at: Date): boolean {
  const { exemptionCountry, exemptionRegion, exemptionFrom, exemptionUntil } = status;
  const isThere = exemptionCountry === country && (exemptionRegion === null || exemptionRegion === region);
  return isThere && exemptionFrom !== null && exemptionFrom <= at && (exemptionUntil === null || exemptionUntil > at);
}
