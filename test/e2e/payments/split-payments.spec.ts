import { describe, expect, it } from 'vitest';
import { FundsReturn } from '../../../src/payments/returns/funds-return.service.js';
import { SendQueues } from '../../../src/payments/returns/send-queues.js';
import { decodeId, type OrderId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { admin, api, mug, place, scenario, shopper, statusesOf as statuses } from '../../support/scenario.js';

scenario({ env: { LOG_LEVEL: 'fatal' }, worker: true, people: ['shopper', 'admin'], mugs: 1000 });

const PATIENT = { timeout: 15_000 };
const statusOf = async (payment: PaymentBody) => (await api.paymentOf(payment)).status;
const voidedOf = async ({ id }: PaymentBody) => {
  const [row] = await api.sql('SELECT voided_amount::int AS voided FROM payments WHERE id = $1', [decodeId('pay', id)]);
  return row?.['voided'];
};
const typesOf = async (order: OrderBody) => {
  const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline?limit=100`, shopper);
  return timeline.body.data.map(({ type }) => type);
};

type Challenged = PaymentBody & { readonly nextAction: { readonly url: string } | null };

/** A payment whose shopper has still to go to their bank's page. */
async function begun(order: OrderBody, given: object = {}): Promise<Challenged> {
  const { body } = await api.pay(shopper, order, { paymentMethod: 'pm_requires_action', ...given });
  expect(body.status).toBe('requires_action');
  return body as Challenged;
}

/** The shopper approves after all; the bank's page tells Till by a webhook. */
async function approve({ nextAction }: Challenged): Promise<void> {
  const page = api.url + new URL(nextAction!.url).pathname;
  const answer = await fetch(page, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) });
  expect(await answer.text()).toContain('approved');
}

const cancelOne = ({ id, lines }: OrderBody) =>
  api.post<OrderBody>(`/v1/orders/${id}/cancellation`, {
    token: admin.token,
    body: { lines: [{ lineId: lines[0]!.id, quantity: 1 }] },
  });
const placeThree = async () => (await api.place(shopper, [{ productId: mug.id, quantity: 3 }])).body;

const failed = (error: unknown) => expect.unreachable(String(error));

describe('When an order is paid', () => {
  it('by one payment, another that waits for its shopper is cancelled', async () => {
    const order = await place();
    const forgotten = await begun(order);
    expect(await api.pay(shopper, order)).toMatchObject({ status: 201, body: { status: 'captured' } });
    await expect.poll(() => statusOf(forgotten), PATIENT).toBe('cancelled');
    expect(await api.paymentOf(forgotten)).toMatchObject({ nextAction: null, decline: { code: 'not_needed' } });
    expect(await statuses(order)).toBe('confirmed paid');
    expect(await typesOf(order)).toContain('payment.cancelled');
  });

  it('in parts, all that wait are cancelled once the last part is there, and not before', async () => {
    const order = await place();
    const forgotten = [await begun(order), await begun(order, { amount: 300 })];
    await api.pay(shopper, order, { amount: 400 });
    await api.pay(shopper, order, { paymentMethod: 'pm_declined' });
    expect(await Promise.all(forgotten.map(statusOf))).toEqual(['requires_action', 'requires_action']);
    await api.pay(shopper, order, { amount: 600 });
    await expect.poll(() => Promise.all(forgotten.map(statusOf)), PATIENT).toEqual(['cancelled', 'cancelled']);
  });

  it('what was cancelled and is approved all the same goes back, and the order stays paid', async () => {
    const order = await place();
    const forgotten = await begun(order);
    await api.pay(shopper, order);
    await expect.poll(() => statusOf(forgotten), PATIENT).toBe('cancelled');
    await approve(forgotten);
    await expect.poll(() => statusOf(forgotten), PATIENT).toBe('refunded');
    expect(await statuses(order)).toBe('confirmed paid');
    expect(await typesOf(order)).toContain('payment.surplus_received');
  });

  it('what is approved in the same moment goes back too: of two, one is kept', async () => {
    const order = await place();
    const both = [await begun(order), await begun(order)];
    await Promise.all(both.map(approve));
    await expect
      .poll(async () => (await Promise.all(both.map(statusOf))).toSorted(), PATIENT)
      .toEqual(['captured', 'refunded']);
    expect(await statuses(order)).toBe('confirmed paid');
    expect(await api.orderOf(order)).toMatchObject({ total: 1000 });
  });

  it('what is beyond its total goes back, and no more', async () => {
    const order = await place();
    const whole = await begun(order);
    await api.pay(shopper, order, { amount: 600 });
    await approve(whole);
    await expect.poll(async () => (await api.paymentOf(whole)).refundedAmount, PATIENT).toBe(600);
    expect(await statuses(order)).toBe('confirmed paid');
  });

  it('what is only authorised beyond that is voided', async () => {
    const order = await place();
    const forgotten = await begun(order, { capture: 'manual' });
    await api.pay(shopper, order);
    await approve(forgotten);
    await expect.poll(() => statusOf(forgotten), PATIENT).toBe('cancelled');
    expect(await statuses(order)).toBe('confirmed paid');
  });

  it('and where a part of it is needed, only the rest is', async () => {
    const order = await place();
    const whole = await begun(order, { capture: 'manual' });
    await api.pay(shopper, order, { amount: 100 });
    await approve(whole);
    await expect.poll(() => voidedOf(whole), PATIENT).toBe(100);
    const captured = await api.post<PaymentBody>(`/v1/payments/${whole.id}/captures`, { token: admin.token });
    expect(captured).toMatchObject({ status: 201, body: { status: 'captured', capturedAmount: 900 } });
  });

  it('though some of it was captured before that was noticed: what is held goes first, and each cent once', async () => {
    const clip = await api.product(10, { price: { amount: 100, currency: 'EUR' } });
    const order = (await api.place(shopper, [{ productId: clip.id, quantity: 10 }])).body;
    const whole = (await api.pay(admin, order, { capture: 'manual' })).body;
    await api.post(`/v1/payments/${whole.id}/captures`, { token: admin.token, body: { amount: 950 } });
    const id = decodeId('ord', order.id) as OrderId;
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
    const [funds, queues] = [api.app.get(FundsReturn, { strict: false }), new SendQueues()];
    for (let time = 0; time < 2; time++) {
      for (const started of await funds.begin(id)) funds.send(started, queues, failed);
      await queues.idle();
    }
    await expect.poll(() => voidedOf(whole), PATIENT).toBe(50);
    const gone = { capturedAmount: 950, refundedAmount: 50 };
    await expect.poll(() => api.paymentOf(whole), PATIENT).toMatchObject(gone);
  });
});

it('A payment whose outcome is not known keeps another from taking the same money, and is not given up', async () => {
  const order = await place();
  const open = (await api.pay(shopper, order, { paymentMethod: 'pm_pending', amount: 700 })).body;
  expect(await api.pay(shopper, order)).toMatchObject({ status: 201, body: { amount: 300, status: 'captured' } });
  expect(await statusOf(open)).toBe('processing');
  await expect.poll(() => statuses(order), PATIENT).toBe('confirmed paid');
});

describe('When pieces of an order are cancelled, a payment that waits for its shopper', () => {
  it('is cancelled with them if the rest is paid, and stays if it is not', async () => {
    const order = await placeThree();
    await api.pay(shopper, order, { amount: 1000 });
    const forgotten = await begun(order);
    expect((await cancelOne(order)).body).toMatchObject({ status: 'pending', total: 2000 });
    expect(await statusOf(forgotten)).toBe('requires_action');
    expect((await cancelOne(order)).body).toMatchObject({ status: 'confirmed', total: 1000 });
    await expect.poll(() => statusOf(forgotten), PATIENT).toBe('cancelled');
    expect(await statuses(order)).toBe('confirmed paid');
  });
});

it('When an order is cancelled, a payment that waits for its shopper is cancelled with it', async () => {
  const order = await place();
  const forgotten = await begun(order);
  await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
  await expect.poll(() => statusOf(forgotten), PATIENT).toBe('cancelled');
  await approve(forgotten);
  await expect.poll(() => statuses(order), PATIENT).toBe('cancelled refunded');
});
