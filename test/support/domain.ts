import { noMoney } from '../../src/orders/domain/order-money.js';
import type { Order, OrderHeader } from '../../src/orders/domain/order.js';
import type { MoneyOfOrder } from '../../src/orders/index.js';
import type { Payment } from '../../src/payments/domain/payment.js';
import { type LineId, newId, type OrderId, type ProductId, type UserId } from '../../src/shared/ids.js';
import { frozen } from './frozen.js';

/** A pending order over 1,000 without money, but for what is given. */
export function orderHeader(given: Partial<OrderHeader> = {}): OrderHeader {
  return frozen({
    ...noMoney,
    id: '00000000-0000-7000-8000-0000000000ff' as OrderId,
    number: 1,
    customerId: '' as UserId,
    currency: 'EUR',
    status: 'pending',
    fulfillmentStatus: 'unfulfilled',
    total: 1000,
    taxed: false,
    taxRounding: 'rate',
    discounted: false,
    charged: false,
    reservedUntil: null,
    shippingAddress: null,
    metadata: {},
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...given,
  });
}

export const lineId = (n: number) => `00000000-0000-7000-8000-00000000000${n}` as LineId;

/** The line with this number, of pieces that cost 1,000 each. */
export function orderLine(
  n: number,
  quantity: number,
  fulfilledQuantity = 0,
  cancelledQuantity = 0,
): Order['lines'][number] {
  const untaxed = { discount: 0, tax: 0, taxMode: null, taxLine: null } as const;
  const what = { productId: '' as ProductId, sku: '', name: '', unitPrice: 1000 };
  return frozen({ id: lineId(n), ...what, ...untaxed, quantity, fulfilledQuantity, cancelledQuantity });
}

/** The money of an order over 1,000 that has none, but for what is given. */
export function moneyOfOrder(given: Partial<MoneyOfOrder> = {}): MoneyOfOrder {
  return frozen({ ...noMoney, status: 'pending', total: 1000, ...given });
}

/** A payment of 100 that has just been made, but for what is given. */
export function paymentWith(given: Partial<Payment> = {}): Payment {
  return frozen({
    id: newId<'pay'>(),
    orderId: newId<'ord'>(),
    customerId: newId<'usr'>(),
    provider: 'sandbox',
    paymentMethod: 'pm_ok',
    capture: 'automatic',
    statementDescriptor: null,
    currency: 'EUR',
    amount: 100,
    status: 'processing',
    authorizedAmount: 0,
    capturedAmount: 0,
    capturePending: 0,
    voidedAmount: 0,
    voidPending: 0,
    refundedAmount: 0,
    refundPending: 0,
    disputedAmount: 0,
    decline: null,
    reference: null,
    nextAction: null,
    version: 1,
    createdAt: new Date(0),
    updatedAt: new Date(0),
    ...given,
  });
}
