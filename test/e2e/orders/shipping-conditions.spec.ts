import { beforeAll, describe, expect, it } from 'vitest';
import { type Person, startApi } from '../../support/api.js';
import type { OrderBody, PaymentBody, ProblemBody, ProductBody } from '../../support/bodies.js';
import { sandboxOffice, type NotificationContent } from '../../support/sandbox.js';
import { api, conflict, scenario, shopper, support } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 20 };

let office: ReturnType<typeof sandboxOffice>;
scenario({ worker: true, people: ['shopper', 'support'] });
beforeAll(async () => {
  office = sandboxOffice(api);
});

const place = async (mug: ProductBody, quantity = 2): Promise<OrderBody> =>
  (await api.place(shopper, [{ productId: mug.id, quantity }])).body;
const ship = ({ id }: OrderBody, body: object = {}, { token } = support) =>
  api.post<ProblemBody>(`/v1/orders/${id}/fulfillments`, { token, body });
const capture = ({ id }: PaymentBody, body: object = {}) =>
  api.post<PaymentBody>(`/v1/payments/${id}/captures`, { token: support.token, body });
const pieces = ({ lines }: OrderBody, quantity: number) => ({ lines: [{ lineId: lines[0]!.id, quantity }] });
const pay = ({ id }: OrderBody, { token }: Person, body: object = {}) =>
  api.post<PaymentBody>(`/v1/orders/${id}/payments`, { token, body: { paymentMethod: 'pm_ok', ...body } });
async function tell(payment: PaymentBody, told: NotificationContent): Promise<void> {
  const webhook = await office.webhook(payment, { dispute: `dp_${payment.id}`, ...told });
  expect((await office.send(webhook)).status).toBe(200);
  await expect.poll(() => office.fates(webhook), PATIENT).toEqual(['applied']);
}

/** An order over 20.00 EUR whose payment is disputed. */
const disputed = async (amount: number) => {
  const mug = await api.product(5);
  const order = await place(mug);
  const payment = (await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
  await tell(payment, { type: 'dispute_opened', amount });
  return { mug, order, payment };
};

describe('When money is captured is not for customers to say:', () => {
  it('in a shop that captures at once, "manual" is 403 for them, and staff may', async () => {
    const order = await place(await api.product());
    const refused = await pay(order, shopper, { capture: 'manual' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((refused.body as unknown as ProblemBody).detail).toContain('payments:capture');
    expect((await pay(order, shopper, { capture: 'automatic', amount: 500 })).body).toMatchObject({
      status: 'captured',
    });
    expect((await pay(order, support, { capture: 'manual' })).body).toMatchObject({
      status: 'authorized',
      amount: 1500,
    });
  });

  it('in a shop that captures later, paying authorises, and "automatic" is 403 for them', async () => {
    const later = await startApi({ CAPTURE_MODE: 'manual' });
    try {
      const [buyer, staff, mug] = await Promise.all([later.person(), later.person('support'), later.product()]);
      const order = (await later.place(buyer, [{ productId: mug.id, quantity: 2 }])).body;
      const payAs = ({ token }: Person, body: object) =>
        later.post<PaymentBody>(`/v1/orders/${order.id}/payments`, {
          token,
          body: { paymentMethod: 'pm_ok', ...body },
        });
      expect(await payAs(buyer, { capture: 'automatic' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect((await payAs(buyer, { amount: 500 })).body).toMatchObject({ status: 'authorized', capturedAmount: 0 });
      expect((await payAs(buyer, { capture: 'manual', amount: 500 })).body).toMatchObject({ status: 'authorized' });
      expect((await payAs(staff, { capture: 'automatic', amount: 500 })).body).toMatchObject({ status: 'captured' });
    } finally {
      await later.close();
    }
  });
});

describe('Goods that are only authorised', () => {
  it('do not leave; once captured they do, in parts too', async () => {
    const mug = await api.product(5);
    const order = await place(mug);
    const payment = (await api.pay(shopper, order, { capture: 'manual' })).body;
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'authorized' });
    const refused = await ship(order);
    expect(refused).toMatchObject(conflict('order_not_captured'));
    expect(refused.body.detail).toContain('20.00 EUR');
    expect(await ship(order, pieces(order, 1))).toMatchObject(conflict('order_not_captured'));
    await capture(payment, { amount: 1000 });
    expect((await ship(order, pieces(order, 1))).status).toBe(201);
    expect(await ship(order)).toMatchObject(conflict('order_not_captured'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 4, reserved: 1, available: 3 });
    await capture(payment);
    expect((await ship(order)).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', paymentStatus: 'paid' });
    expect(await api.stockOf(mug)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  it('do not leave either when what is left of the authorization was given up', async () => {
    const order = await place(await api.product());
    const payment = (await api.pay(shopper, order, { capture: 'manual' })).body;
    await capture(payment, { amount: 1000 });
    await api.post(`/v1/payments/${payment.id}/cancellation`, { token: support.token });
    const refused = await ship(order);
    expect(refused).toMatchObject(conflict('order_not_paid'));
    expect(refused.body.detail).toContain('10.00 EUR of the 20.00 EUR');
    expect((await ship(order, pieces(order, 1))).status).toBe(201);
  });
});

describe('Goods whose payment is disputed', () => {
  it('do not leave while it is open, and do once it is won', async () => {
    const { order, payment, mug } = await disputed(600);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'disputed' });
    const refused = await ship(order);
    expect(refused).toMatchObject(conflict('order_disputed'));
    expect(refused.body.detail).toContain('6.00 EUR');
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    await tell(payment, { type: 'dispute_won', amount: 600 });
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid' });
    expect((await ship(order)).status).toBe(201);
  });

  it.each([
    ['in part', 600, 'partially_charged_back'],
    ['as a whole', 2000, 'charged_back'],
  ])('do not leave when it is lost %s, but for those who may override that', async (_, amount, paymentStatus) => {
    const { order, payment, mug } = await disputed(amount);
    await tell(payment, { type: 'dispute_lost', amount });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus });
    expect(await ship(order)).toMatchObject(conflict('order_disputed'));
    expect(await ship(order, { overrideDispute: false })).toMatchObject(conflict('order_disputed'));
    const forbidden = await ship(order, { overrideDispute: true });
    expect(forbidden).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(forbidden.body.detail).toContain('orders:override_dispute');
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect((await ship(order, { overrideDispute: true }, await api.admin())).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', paymentStatus });
    expect(await api.stockOf(mug)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });
});
