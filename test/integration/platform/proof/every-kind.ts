import { vi } from 'vitest';
import { OrdersService } from '../../../../src/orders/index.js';
import { Sealer } from '../../../../src/ledger/sealer.js';
import { ProofRunner } from '../../../../src/platform/proof/index.js';
import { decodeId, type OrderId } from '../../../../src/shared/ids.js';
import { type Api, startWorker } from '../../../support/api.js';
import type { OrderBody, PaymentBody } from '../../../support/bodies.js';
import { importTaxRates } from '../../../support/tax.js';
import { sandboxOffice, type NotificationContent } from '../../../support/sandbox.js';

const PATIENT = { timeout: 20_000, interval: 20 };

const charge = (kind: string, more: object = {}) => ({ kind, name: 'Parcel', amount: 499, ...more });

/**
 * Orders of every kind: waiting, paid at once and in parts, authorised, voided, refunded, declined, unknown, disputed, shipped,
 * cancelled, expired, with store credit. Rows are sealed in the middle, so that what happens to sealed rows is there too.
 */
export async function makeEveryKind(api: Api): Promise<void> {
  const worker = await startWorker(api);
  const [shopper, other, admin] = await Promise.all([api.person(), api.person(), api.admin()]);
  const [mug, cup] = [await api.product(500), await api.product(300, { price: { amount: 700, currency: 'EUR' } })];
  const office = sandboxOffice(api);
  const order = async (who = shopper): Promise<OrderBody> => {
    const lines = [mug, cup].map(({ id }) => ({ productId: id, quantity: 2 }));
    const { status, body } = await api.place(who, lines);
    if (status !== 201) throw new Error(`placing gave ${status}`);
    return body;
  };
  const paid = async (given: object = {}, who = shopper): Promise<PaymentBody> => {
    const placed = await order(who);
    const { status, body } = await api.pay(who, placed, given);
    if (status !== 201 && status !== 202) throw new Error(`paying gave ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const act = async (path: string, body: object = {}) => {
    const answer = await api.post<Record<string, unknown>>(path, { token: admin.token, body });
    if (answer.status >= 300) throw new Error(`${path} gave ${answer.status}: ${answer.text}`);
  };
  const tell = async (payment: PaymentBody, told: NotificationContent) => {
    const webhook = await office.webhook(payment, told);
    await office.send(webhook);
    await vi.waitFor(async () => {
      if ((await office.fates(webhook))[0] !== 'applied') throw new Error('not applied yet');
    }, PATIENT);
  };

  await importTaxRates(api.app);
  const taxed = await api.product(50, { taxClass: 'standard', price: { amount: 1199, currency: 'EUR' } });
  const book = await api.product(50, { taxClass: 'books' });
  const percent = { name: 'Ten', code: 'TEN', benefit: 'percent', percentage: '10', usageLimit: 50, budget: 100_000 };
  await act('/v1/promotions', { ...percent, currency: 'EUR', combinesWith: ['coupon'] });
  const euros = { name: 'Five', code: 'FIVE', benefit: 'amount', amount: 500, currency: 'EUR' };
  await act('/v1/promotions', { ...euros, combinesWith: ['coupon'] });
  const discountedPayment = async (): Promise<PaymentBody> => {
    const lines = [taxed, book, mug].map(({ id }) => ({ productId: id, quantity: 3 }));
    const given = { shippingAddress: { country: 'GB' }, couponCodes: ['TEN', 'FIVE'] };
    const placed = await api.place(shopper, lines, { given });
    if (placed.status !== 201) throw new Error(`placing gave ${placed.text}`);
    return (await api.pay(shopper, placed.body)).body;
  };
  const taxedPayment = async (): Promise<PaymentBody> => {
    const lines = [taxed, book, mug].map(({ id }) => ({ productId: id, quantity: 3 }));
    const placed = await api.place(shopper, lines, { given: { shippingAddress: { country: 'GB' } } });
    return (await api.pay(shopper, placed.body)).body;
  };
  const chargedPayment = async (given: object = {}): Promise<PaymentBody> => {
    const lines = [taxed, book, mug].map(({ id }) => ({ productId: id, quantity: 2 }));
    const charges = [charge('shipping'), charge('fee', { taxClass: 'standard', amount: 300 })];
    const more = { customerId: shopper.id, shippingAddress: { country: 'GB' }, charges, ...given };
    const placed = await api.place(admin, lines, { given: more });
    if (placed.status !== 201) throw new Error(`placing gave ${placed.text}`);
    return (await api.pay(shopper, placed.body)).body;
  };
  const withCharges = [await chargedPayment(), await chargedPayment({ couponCodes: ['TEN'] })];
  const withTax = [await taxedPayment(), await taxedPayment()];
  const withDiscount = [await discountedPayment(), await discountedPayment(), await discountedPayment()];
  await act(`/v1/products/${mug.id}/stock-adjustments`, { delta: 25, reason: 'found' });
  await act(`/v1/products/${cup.id}/stock-adjustments`, { delta: -10, reason: 'broken' });
  await act('/v1/ledger/transactions', {
    currency: 'EUR',
    reason: 'Fee',
    postings: [{ debit: 'provider_fees', credit: 'payouts', amount: 120 }],
  });
  for (const person of [shopper, other]) {
    await act(`/v1/users/${person.id}/store-credit-grants`, { amount: 9000, currency: 'EUR', reason: 'sorry' });
  }
  const early = [await paid(), await paid({}, other), await paid(), await paid(), await paid()];
  const held = [await paid({ capture: 'manual' }), await paid({ capture: 'manual' })];
  const [waiting, toCancel, toExpire] = [await order(), await order(), await order()];
  const credit = [
    await paid({ provider: 'store_credit', paymentMethod: 'store_credit' }),
    await paid({ provider: 'store_credit', paymentMethod: 'store_credit' }, other),
  ];
  const disputed = [
    await paid({ paymentMethod: 'pm_webhook_duplicate' }),
    await paid({ paymentMethod: 'pm_webhook_duplicate' }),
    await paid({ paymentMethod: 'pm_webhook_duplicate' }),
    await paid({ paymentMethod: 'pm_webhook_duplicate' }),
  ];
  await seal(api);

  await paid({ paymentMethod: 'pm_declined' });
  await paid({ paymentMethod: 'pm_requires_action' });
  await paid({ paymentMethod: 'pm_timeout_charged' });
  await paid({ amount: 1000 });
  await act(`/v1/payments/${early[0]!.id}/refunds`, { amount: 300 });
  await act(`/v1/payments/${early[1]!.id}/refunds`);
  await act(`/v1/payments/${withTax[0]!.id}/refunds`, { amount: 500 });
  await taxedPayment();
  await discountedPayment();
  await chargedPayment();
  const { charges = [] } = await api.orderOf({ id: withCharges[0]!.orderId });
  await act(`/v1/payments/${withCharges[0]!.id}/refunds`, { charges: [{ chargeId: charges[0]!.id }] });
  await act(`/v1/payments/${withCharges[1]!.id}/refunds`, { amount: 700 });
  await act(`/v1/payments/${withDiscount[0]!.id}/refunds`, { amount: 500 });
  const cheaper = await api.orderOf({ id: withDiscount[1]!.orderId });
  await act(`/v1/orders/${cheaper.id}/cancellation`, { lines: [{ lineId: cheaper.lines[2]!.id, quantity: 1 }] });
  await act(`/v1/orders/${withDiscount[2]!.orderId}/cancellation`);
  const withLines = await api.orderOf({ id: withTax[1]!.orderId });
  const some = [{ lineId: withLines.lines[0]!.id, quantity: 1 }];
  await act(`/v1/payments/${withTax[1]!.id}/refunds`, { lines: some });
  const reduced = await api.orderOf({ id: early[4]!.orderId });
  await act(`/v1/orders/${reduced.id}/cancellation`, { lines: [{ lineId: reduced.lines[0]!.id, quantity: 1 }] });
  await act(`/v1/orders/${early[2]!.orderId}/fulfillments`);
  const shipping = await api.orderOf({ id: early[3]!.orderId });
  for (const quantity of [1, 1]) {
    const lines = [{ lineId: shipping.lines[0]!.id, quantity }];
    await act(`/v1/orders/${shipping.id}/fulfillments`, { lines });
  }
  await act(`/v1/payments/${held[0]!.id}/captures`, { amount: 900 });
  await act(`/v1/payments/${held[0]!.id}/cancellation`);
  await act(`/v1/payments/${credit[0]!.id}/refunds`, { amount: 250 });
  const courses = [[], ['dispute_won'], ['dispute_lost'], ['dispute_won', 'dispute_lost']] as const;
  for (const [index, ends] of courses.entries()) {
    const told = { amount: 600 + index, dispute: `dp_${index}` };
    await tell(disputed[index]!, { ...told, type: 'dispute_opened' });
    for (const type of ends) await tell(disputed[index]!, { ...told, type });
  }
  await act(`/v1/orders/${toCancel.id}/cancellation`);
  await api.sql(`UPDATE orders SET reserved_until = now() - interval '1 s' WHERE id = $1`, [
    decodeId('ord', toExpire.id),
  ]);
  await api.app.get(OrdersService).expire(decodeId('ord', toExpire.id) as OrderId);
  if ((await api.orderOf(waiting)).status !== 'pending') throw new Error('an order was to wait');
  await worker.close();
  await seal(api);
}

/** What the worker does every few seconds, and every minute. */
async function seal(api: Api): Promise<void> {
  await api.app.get(Sealer).sealAll();
  const proof = await api.app.get(ProofRunner).seal(false);
  if (!proof?.holds) throw new Error(`not sealed: ${JSON.stringify(proof?.checks.filter(({ holds }) => !holds))}`);
}
