import { encodeId } from '../shared/ids.js';
import type { TaxRate } from './tax-rates.repository.js';
import type { TaxRateView } from './tax-rate.view.js';

/** A tax rate as clients see it. */
export function presentTaxRate({ id, validFrom, validUntil, ...rate }: TaxRate): TaxRateView {
  return {
    ...rate,
    id: encodeId('txr', id),
    validFrom: validFrom.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  };
}
