import { encodeId } from '../shared/ids.js';
import type { ShippingMethodEntity } from './shipping-method.entity.js';
import type { ShippingMethodView } from './shipping-method.view.js';

/** A shipping method as clients see it. */
export function presentShippingMethod({
  id,
  createdAt,
  updatedAt,
  ...method
}: ShippingMethodEntity): ShippingMethodView {
  const { name, currency, price, freeFrom, ratedBy, rates, countries } = method;
  const { minDays, maxDays, taxClass, status, version } = method;
  return {
    id: encodeId('shm', id),
    name,
    currency,
    price,
    freeFrom,
    ratedBy,
    rates,
    countries,
    minDays,
    maxDays,
    taxClass,
    status,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
