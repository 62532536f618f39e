import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OrdersService } from '../../../src/orders/index.js';
import { decodeId, type OrderId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody, ProblemBody, ProductBody } from '../../support/bodies.js';
import { assertBooks } from '../../support/books.js';
import { sandboxOffice, type NotificationContent } from '../../support/sandbox.js';
import { admin, api, conflict, mug, scenario, shopper } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 20 };
const MINUTE = 60;

let office: ReturnType<typeof sandboxOffice>;
scenario({ asRole: 'running', worker: true, people: ['shopper', 'admin'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  office = sandboxOffice(api);
});
afterEach(async () => {
  api.moveClock(0);
  await assertBooks(api);
});

const place = async (product = mug): Promise<OrderBody> =>
  (await api.place(shopper, [{ productId: product.id, quantity: 2 }])).body;
const expire = ({ id }: OrderBody) => api.app.get(OrdersService).expire(decodeId('ord', id) as OrderId);
const ship = ({ id }: OrderBody, body: object = {}) =>
  api.post<ProblemBody>(`/v1/orders/${id}/fulfillments`, { token: admin.token, body });
const giveUp = ({ id }: PaymentBody) => api.post(`/v1/payments/${id}/cancellation`, { token: admin.token });
/** In how many minutes from now, by the real clock, the order ends; null when it does not. */
const minutesLeft = async (order: OrderBody) => {
  const { reservedUntil } = await api.orderOf(order);
  return reservedUntil && Math.round((Date.parse(reservedUntil) - Date.now()) / 60_000);
};
const events = async ({ id }: OrderBody) =>
  (await api.get<PageBody<{ type: string; data: object }>>(`/v1/orders/${id}/timeline`, shopper)).body.data;
async function decide(payment: PaymentBody, decision: string): Promise<void> {
  const { nextAction } = payment as PaymentBody & { nextAction: { url: string } };
  const page = api.url + new URL(nextAction.url).pathname;
  expect((await fetch(page, { method: 'POST', body: new URLSearchParams({ decision }) })).status).toBe(200);
}
async function tell(payment: PaymentBody, told: NotificationContent): Promise<void> {
  const webhook = await office.webhook(payment, { dispute: `dp_${payment.id}`, ...told });
  expect((await office.send(webhook)).status).toBe(200);
  await expect.poll(() => office.fates(webhook), PATIENT).toEqual(['applied']);
}

/** An order whose payment waits for its outcome. */
const waiting = async (paymentMethod = 'pm_requires_action') => {
  const product = await api.product(5);
  const order = await place(product);
  expect(await minutesLeft(order)).toBe(15);
  return { product, order, payment: (await api.pay(shopper, order, { paymentMethod })).body };
};

/** A paid order of two pieces, one of which was shipped. */
const partlyShipped = async (given: object = {}) => {
  const product = await api.product(5);
  const order = await place(product);
  const payment = (await api.pay(shopper, order, given)).body;
  const capture = { token: admin.token, body: { amount: 1000 } };
  if (payment.status === 'authorized') await api.post(`/v1/payments/${payment.id}/captures`, capture);
  expect((await ship(order, { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] })).status).toBe(201);
  return { order, product, payment };
};

/** One of its two pieces was shipped and came back, and the money of the other one is lost in a dispute. */
const returnedAndLost = async () => {
  const { order, payment } = await partlyShipped({ paymentMethod: 'pm_webhook_duplicate' });
  const piece = [{ lineId: order.lines[0]!.id, quantity: 1 }];
  await api.refund(admin, payment, { lines: piece });
  await tell(payment, { type: 'dispute_opened', amount: 1000 });
  await tell(payment, { type: 'dispute_lost', amount: 1000 });
  return { order, payment, piece };
};

describe('While the outcome of a payment is open, its order keeps its stock:', () => {
  it('as long as the shopper may take to act, and then it is paid', async () => {
    const { order, payment, product } = await waiting();
    expect(await minutesLeft(order)).toBe(60);
    api.moveClock(59 * MINUTE);
    expect(await expire(order)).toBe(false);
    expect(await api.stockOf(product)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    await decide(payment, 'approve');
    await expect.poll(async () => (await api.orderOf(order)).status, PATIENT).toBe('confirmed');
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid', reservedUntil: null });
  });

  it('and no longer: the order expires, and what is paid then goes back', async () => {
    const { order, payment, product } = await waiting();
    api.moveClock(61 * MINUTE);
    expect(await expire(order)).toBe(true);
    expect(await api.stockOf(product)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    await decide(payment, 'approve');
    await expect.poll(async () => (await api.paymentOf(payment)).refundedAmount, PATIENT).toBe(2000);
    expect(await api.orderOf(order)).toMatchObject({ status: 'expired', paymentStatus: 'refunded' });
  });

  it('for days, when the provider decides later', async () => {
    const { order, payment } = await waiting('pm_pending');
    expect(await minutesLeft(order)).toBe(3 * 24 * 60);
    // The provider decides before the next test.
    await expect.poll(async () => (await api.paymentOf(payment)).status, PATIENT).toBe('captured');
  });

  it('until the shopper is refused; then as long as one that was just placed', async () => {
    const { order, payment } = await waiting();
    await decide(payment, 'refuse');
    await expect.poll(async () => (await api.paymentOf(payment)).status, PATIENT).toBe('declined');
    expect(await minutesLeft(order)).toBe(15);
  });

  it('as long as another payment of it is still open', async () => {
    const { order, payment } = await waiting();
    await api.pay(shopper, order, { paymentMethod: 'pm_requires_action' });
    await decide(payment, 'refuse');
    await expect.poll(async () => (await api.paymentOf(payment)).status, PATIENT).toBe('declined');
    expect(await minutesLeft(order)).toBe(60);
  });

  it('for two minutes when it is about to run out as a payment begins, and no declined card holds it longer', async () => {
    const order = await place();
    api.moveClock(14 * MINUTE + 50);
    expect((await api.pay(shopper, order, { paymentMethod: 'pm_declined' })).body.status).toBe('declined');
    expect(await minutesLeft(order)).toBe(17);
    api.moveClock(17 * MINUTE);
    expect(await expire(order)).toBe(true);
  });
});

describe('A confirmed order that nothing pays for any more,', () => {
  const ways: Record<string, () => Promise<{ order: OrderBody; product: ProductBody }>> = {
    'after a void': async () => {
      const product = await api.product(5);
      const order = await place(product);
      await giveUp((await api.pay(shopper, order, { capture: 'manual' })).body);
      return { order, product };
    },
    'after a full refund': async () => {
      const product = await api.product(5);
      const order = await place(product);
      await api.refund(admin, (await api.pay(shopper, order)).body);
      return { order, product };
    },
    'after a lost dispute': async () => {
      const product = await api.product(5);
      const order = await place(product);
      const payment = (await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
      await tell(payment, { type: 'dispute_opened', amount: 2000 });
      await tell(payment, { type: 'dispute_lost', amount: 2000 });
      return { order, product };
    },
  };
  const names = Object.keys(ways);

  it.each(names)('%s: ends by itself, and its stock is free', async (name) => {
    const { order, product } = await ways[name]!();
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed' });
    expect(await minutesLeft(order)).toBe(15);
    expect(await expire(order)).toBe(false);
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(true);
    expect(await api.orderOf(order)).toMatchObject({ status: 'cancelled', reservedUntil: null });
    expect(await api.stockOf(product)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    const list = await events(order);
    expect(list.find(({ type }) => type === 'order.cancelled')?.data).toMatchObject({ reason: 'not_paid' });
    expect(list.filter(({ type }) => type === 'order.unfunded')).toHaveLength(1);
  });

  it.each(names)('%s: is paid anew, as a whole, and lives on', async (name) => {
    const { order, product } = await ways[name]!();
    const disputed = name.includes('dispute');
    expect(await ship(order)).toMatchObject(conflict(disputed ? 'order_disputed' : 'order_not_paid'));
    expect((await api.pay(shopper, order, { amount: 1 })).body).toMatchObject({ status: 'captured' });
    expect(await ship(order)).toMatchObject(conflict(disputed ? 'order_disputed' : 'order_not_paid'));
    expect(await minutesLeft(order)).toBe(15);
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured', amount: 1999 });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', reservedUntil: null });
    expect(await api.pay(shopper, order)).toMatchObject(conflict('order_not_payable'));
    expect((await ship(order, disputed ? { overrideDispute: true } : {})).status).toBe(201);
    expect(await api.stockOf(product)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  const shippedInPart: Record<string, () => Promise<{ order: OrderBody; product: ProductBody }>> = {
    'a refund of an amount': async () => {
      const { payment, ...made } = await partlyShipped();
      await api.refund(admin, payment, { amount: 2000 });
      return made;
    },
    'a refund of a part, then a void of the rest': async () => {
      const { payment, ...made } = await partlyShipped({ capture: 'manual' });
      await api.refund(admin, payment, { amount: 1000 });
      await giveUp(payment);
      return made;
    },
    'a refund of store credit': async () => {
      await api.post(`/v1/users/${shopper.id}/store-credit-grants`, {
        token: admin.token,
        body: { amount: 2000, currency: 'EUR', reason: 'late' },
      });
      const { payment, ...made } = await partlyShipped({ provider: 'store_credit', paymentMethod: 'store_credit' });
      await api.refund(admin, payment);
      return made;
    },
    'a refund of a part, then a lost dispute': async () => {
      const { payment, ...made } = await partlyShipped({ paymentMethod: 'pm_webhook_duplicate' });
      await api.refund(admin, payment, { amount: 500 });
      await tell(payment, { type: 'dispute_opened', amount: 1500 });
      await tell(payment, { type: 'dispute_lost', amount: 1500 });
      return made;
    },
  };
  const partly = Object.keys(shippedInPart);

  it.each(partly)(
    'shipped in part, after %s: is completed with what was shipped, and the rest is free',
    async (name) => {
      const { order, product } = await shippedInPart[name]!();
      expect(await minutesLeft(order)).toBe(15);
      expect(await expire(order)).toBe(false);
      api.moveClock(16 * MINUTE);
      expect(await expire(order)).toBe(true);
      expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 1000, reservedUntil: null });
      expect(await api.stockOf(product)).toEqual({ onHand: 4, reserved: 0, available: 4 });
      const list = await events(order);
      expect(list.find(({ type }) => type === 'order.reduced')?.data).toMatchObject({
        reason: 'not_paid',
        amount: 1000,
      });
      expect(list.filter(({ type }) => type === 'order.unfunded')).toHaveLength(1);
    },
  );

  it.each(partly)('shipped in part, after %s: is paid anew, as a whole, and the rest is shipped', async (name) => {
    const { order, product } = await shippedInPart[name]!();
    const disputed = name.includes('dispute');
    expect(await ship(order)).toMatchObject(conflict(disputed ? 'order_disputed' : 'order_not_paid'));
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured', amount: 2000 });
    expect((await ship(order, disputed ? { overrideDispute: true } : {})).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', reservedUntil: null });
    expect(await api.stockOf(product)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  it('shipped in part, whose rest costs nothing: what a refund by name left is what it may keep', async () => {
    const gift = await api.product(5, { price: { amount: 0, currency: 'EUR' } });
    const lines = [mug, gift].map(({ id }) => ({ productId: id, quantity: 2 }));
    const order = (await api.place(shopper, lines)).body;
    const payment = (await api.pay(shopper, order)).body;
    const mugs = order.lines[0]!.id;
    expect((await ship(order, { lines: [{ lineId: mugs, quantity: 2 }] })).status).toBe(201);
    await api.refund(admin, payment, { lines: [{ lineId: mugs, quantity: 1 }] });
    await api.refund(admin, payment, { amount: 1000 });
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(true);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 2000, paymentStatus: 'refunded' });
  });

  it('shipped in part: staff cancel the rest sooner', async () => {
    const { order } = await shippedInPart['a refund of an amount']!();
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token });
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 1000, reservedUntil: null });
  });

  it('shipped in part, keeps nothing of a dispute that is won in the end when what was shipped had come back', async () => {
    const { order, payment } = await returnedAndLost();
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(true);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 1000 });
    api.moveClock(0);
    await tell(payment, { type: 'dispute_won', amount: 1000, eventId: `won_${payment.id}` });
    await expect.poll(async () => (await api.paymentOf(payment)).refundedAmount, PATIENT).toBe(2000);
  });

  it('shipped in part, keeps the price of what had come back once it was paid anew, and refunds it again', async () => {
    const { order, payment, piece } = await returnedAndLost();
    const again = (await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
    expect(again).toMatchObject({ status: 'captured', amount: 2000 });
    const lost = { dispute: `dp_${again.id}`, amount: 2000 };
    await tell(again, { type: 'dispute_opened', ...lost });
    await tell(again, { type: 'dispute_lost', ...lost });
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(true);
    api.moveClock(0);
    await tell(again, { type: 'dispute_won', ...lost, eventId: `won_${again.id}` });
    await expect.poll(async () => (await api.paymentOf(again)).refundedAmount, PATIENT).toBe(1000);
    expect((await api.refund(admin, again, { lines: piece })).body).toMatchObject({
      status: 'succeeded',
      amount: 1000,
    });
    expect(await api.paymentOf(payment)).toMatchObject({ refundedAmount: 1000 });
  });

  it('shipped in part in spite of a lost dispute: its rest is kept no longer for that, and is free', async () => {
    const product = await api.product(5);
    const order = await place(product);
    const payment = (await api.pay(shopper, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
    await api.refund(admin, payment, { amount: 500 });
    await tell(payment, { type: 'dispute_opened', amount: 1500 });
    await tell(payment, { type: 'dispute_lost', amount: 1500 });
    const first = [{ lineId: order.lines[0]!.id, quantity: 1 }];
    expect((await ship(order, { lines: first, overrideDispute: true })).status).toBe(201);
    expect(await minutesLeft(order)).toBe(15);
    await assertBooks(api);
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(true);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 1000, reservedUntil: null });
    expect(await api.stockOf(product)).toEqual({ onHand: 4, reserved: 0, available: 4 });
  });

  it('that costs nothing is not meant', async () => {
    const free = await api.product(5, { price: { amount: 0, currency: 'EUR' } });
    const order = await place(free);
    expect(order).toMatchObject({ status: 'confirmed', reservedUntil: null });
    api.moveClock(16 * MINUTE);
    expect(await expire(order)).toBe(false);
    expect((await ship(order)).status).toBe(201);
  });

  it('is either paid anew or ended, whoever comes first, and never pays for nothing', async () => {
    const { order, product } = await ways['after a full refund']!();
    api.moveClock(16 * MINUTE);
    const [paid, ended] = await Promise.all([api.pay(shopper, order), expire(order)]);
    const accepted = paid.status === 201;
    expect(paid.body).toMatchObject(accepted ? { status: 'captured' } : { code: 'invalid_transition' });
    expect(ended).toBe(!accepted);
    expect(await api.orderOf(order)).toMatchObject({ status: accepted ? 'confirmed' : 'cancelled' });
    expect((await api.stockOf(product)).reserved).toBe(accepted ? 2 : 0);
  });
});
