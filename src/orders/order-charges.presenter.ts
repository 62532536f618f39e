import { encodeId } from '../shared/ids.js';
import type { OrderHeader } from './domain/order.js';
import { chargePart, type OrderCharge } from './domain/order-charges.js';
import { remainingGross } from './domain/order-lines.js';
import type { OrderChargeView } from './order-charges.view.js';
import { presentTax } from './order-taxes.presenter.js';

/** The charges of an order as clients see them; nothing for an order without a charge. */
export function presentOrderCharges({ charges }: OrderHeader): { readonly charges?: readonly OrderChargeView[] } {
  return charges ? { charges: charges.map(presentCharge) } : {};
}

function presentCharge(charge: OrderCharge): OrderChargeView {
  const { id, kind, name, methodId, amount, discount } = charge;
  const part = chargePart(charge);
  return {
    id: encodeId('chg', id),
    kind,
    name,
    ...(methodId && { methodId: encodeId('shm', methodId) }),
    amount,
    ...(discount > 0 && { discount }),
    total: remainingGross(part),
    ...presentTax(part),
  };
}
