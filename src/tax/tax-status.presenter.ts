import { encodeId, type UserId } from '../shared/ids.js';
import type { TaxExemptionView, TaxStatusView } from './tax-status.view.js';
import type { SeenTaxStatus } from './tax-statuses.service.js';

/** A tax status as clients see it. */
export function presentTaxStatus(seen: SeenTaxStatus): TaxStatusView {
  const { vatId, vatIdState, vatIdCheckedAt, vatIdConfirmedBy } = seen.status;
  return {
    userId: encodeId('usr', seen.userId),
    vatId,
    vatIdState,
    vatIdCheckedAt: vatIdCheckedAt?.toISOString() ?? null,
    vatIdConfirmedBy: staffOf(seen, vatIdConfirmedBy),
    exemption: exemptionOf(seen),
  };
}

function exemptionOf(seen: SeenTaxStatus): TaxExemptionView | null {
  const { exemptionCountry, exemptionRegion, exemptionReason, exemptionFrom, exemptionUntil } = seen.status;
  if (exemptionCountry === null) return null;
  return {
    country: exemptionCountry,
    region: exemptionRegion,
    reason: exemptionReason!,
    validFrom: exemptionFrom!.toISOString(),
    validUntil: exemptionUntil?.toISOString() ?? null,
    grantedBy: staffOf(seen, seen.status.exemptionGrantedBy),
  };
}

const staffOf = ({ forStaff }: SeenTaxStatus, id: UserId | null): string | null =>
  forStaff && id !== null ? encodeId('usr', id) : null;
