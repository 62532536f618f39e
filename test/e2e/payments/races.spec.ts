import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { type Person, startWorker } from '../../support/api.js';
import type { Answer } from '../../support/http-client.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { insist } from '../../support/insist.js';
import { api, scenario } from '../../support/scenario.js';

scenario({ people: [] });

const times = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));
/** `{ '201': 50, '409 insufficient_stock': 150 }` */
const tally = (answers: readonly Answer<unknown>[]) => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = status < 300 ? String(status) : `${status} ${(body as { code?: string }).code}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
};
const line = ({ id }: ProductBody, quantity = 1) => ({ productId: id, quantity });
const uuidOf = ({ id }: { id: string }, prefix: 'ord' | 'pay' = 'ord') => decodeId(prefix, id);
const count = async (from: string, parameters: unknown[]) =>
  ((await api.sql(`SELECT count(*)::int AS n FROM ${from}`, parameters)) as [{ n: number }])[0].n;

describe('stock', () => {
  it('of 50 is sold 50 times to 200 buyers at once', async () => {
    const mug = await api.product(50);
    const buyers = await times(200, () => api.person());
    // On a busy machine some wait for too long at the one row, get a 503, and repeat the request under its key.
    const answers = await Promise.all(
      buyers.map((buyer) => {
        const key = randomUUID();
        return insist(() => api.place(buyer, [line(mug)], { key }));
      }),
    );
    expect(tally(answers)).toEqual({ '201': 50, '409 insufficient_stock': 150 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 50, reserved: 50, available: 0 });
    expect(await count('order_lines WHERE product_id = $1', [decodeId('prd', mug.id)])).toBe(50);
  });

  it('is sold all or nothing to those who want the same two things in another order', async () => {
    const [mug, plate] = await Promise.all([api.product(60), api.product(60)]);
    const shoppers = await times(4, () => api.person());
    const answers = await times(60, (n) =>
      api.place(shoppers[n % 4]!, n % 8 < 4 ? [line(mug), line(plate, 2)] : [line(plate, 2), line(mug)]),
    );
    expect(tally(answers)).toEqual({ '201': 30, '409 insufficient_stock': 30 });
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 30 });
    expect(await api.stockOf(plate)).toMatchObject({ reserved: 60 });
  });

  it('comes back once from an order that is cancelled by many at once', async () => {
    const [mug, shopper] = await Promise.all([api.product(5), api.person()]);
    const { body } = await api.place(shopper, [line(mug, 3)]);
    const answers = await times(10, () => api.post(`/v1/orders/${body.id}/cancellation`, { token: shopper.token }));
    expect(tally(answers)).toEqual({ '201': 1, '409 invalid_transition': 9 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  it('is shipped once by many at once', async () => {
    const [mug, shopper, support] = await Promise.all([api.product(5), api.person(), api.person('support')]);
    const { body } = await api.place(shopper, [line(mug, 3)]);
    await api.pay(shopper, body);
    const answers = await times(10, () => api.post(`/v1/orders/${body.id}/fulfillments`, { token: support.token }));
    expect(tally(answers)).toEqual({ '201': 1, '409 invalid_transition': 9 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 2, reserved: 0, available: 2 });
  });
});

describe('an order of three pieces', () => {
  it('is shipped piece by piece by many at once, and no piece twice', async () => {
    const [mug, shopper, support] = await Promise.all([api.product(20), api.person(), api.person('support')]);
    await api.place(shopper, [line(mug, 10)]);
    const { body } = await api.place(shopper, [line(mug, 3)]);
    await api.pay(shopper, body);
    const lines = [{ lineId: body.lines[0]!.id, quantity: 1 }];
    const ship = () => api.post(`/v1/orders/${body.id}/fulfillments`, { token: support.token, body: { lines } });
    const answers = await times(10, ship);
    expect(tally(answers)).toEqual({ '201': 3, '409 invalid_transition': 7 });
    expect(await api.stockOf(mug)).toEqual({ onHand: 17, reserved: 10, available: 7 });
    expect(await api.orderOf(body)).toMatchObject({ status: 'completed', lines: [{ fulfilledQuantity: 3 }] });
  });
});

/** Sends again what was told to come back later, as a client does. */
async function untilDecided<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 409) return answer;
    expect(answer.body).toMatchObject({ code: 'idempotency_key_in_use' });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }
}

describe('the same Idempotency-Key 50 times at once', () => {
  it('is one order, one payment, one ledger transaction, and one answer', async () => {
    const [mug, shopper] = await Promise.all([api.product(10), api.person()]);
    const [orderKey, paymentKey] = [randomUUID(), randomUUID()];
    const placed = await times(50, () => untilDecided(() => api.place(shopper, [line(mug)], { key: orderKey })));
    expect(tally(placed)).toEqual({ '201': 50 });
    expect(new Set(placed.map(({ text }) => text)).size).toBe(1);
    expect(placed.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 1 });

    const order = placed[0]!.body;
    const paid = await times(50, () => untilDecided(() => api.pay(shopper, order, {}, { key: paymentKey })));
    expect(tally(paid)).toEqual({ '201': 50 });
    expect(new Set(paid.map(({ text }) => text)).size).toBe(1);
    const { id } = paid[0]!.body;
    expect(await count('orders WHERE customer_id = $1', [decodeId('usr', shopper.id)])).toBe(1);
    expect(await count('payments WHERE order_id = $1', [uuidOf(order)])).toBe(1);
    expect(await count('ledger_transactions WHERE order_id = $1', [uuidOf(order)])).toBe(1);
    expect(await count('sandbox.operations WHERE payment_id = $1', [decodeId('pay', id)])).toBe(1);
  });

  it('is one refund', async () => {
    const [shopper, admin, key] = [await api.person(), await api.admin(), randomUUID()];
    const payment = await paidOrder(shopper, await api.product(10)).then(({ payment }) => payment);
    const answers = await times(50, () => untilDecided(() => api.refund(admin, payment, { amount: 1 }, { key })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await api.paymentOf(payment)).toMatchObject({ refundedAmount: 1 });
  });
});

async function paidOrder(shopper: Person, product: ProductBody): Promise<{ order: OrderBody; payment: PaymentBody }> {
  const { body: order } = await api.place(shopper, [line(product)]);
  return { order, payment: (await api.pay(shopper, order)).body };
}

describe('money', () => {
  it('is given back once by two full refunds at once, 50 times', async () => {
    const [shopper, admin, mug] = [await api.person(), await api.admin(), await api.product(50)];
    for (let round = 0; round < 50; round++) {
      const { payment } = await paidOrder(shopper, mug);
      const answers = await times(2, () => api.refund(admin, payment, { amount: 1000 }));
      expect(tally(answers)).toEqual({ '201': 1, '409 invalid_transition': 1 });
      expect(await api.paymentOf(payment)).toMatchObject({ status: 'refunded', refundedAmount: 1000 });
    }
  });

  it('is given back in parts to the last cent and not beyond', async () => {
    const [shopper, admin, mug] = [await api.person(), await api.admin(), await api.product(1)];
    const { payment } = await paidOrder(shopper, mug);
    const answers = await times(30, () => api.refund(admin, payment, { amount: 70 }));
    expect(tally(answers)['201']).toBe(14);
    expect(await api.paymentOf(payment)).toMatchObject({ refundedAmount: 980 });
  });

  it('is taken once by many payments of one order at once', async () => {
    const [shopper, mug] = [await api.person(), await api.product(100)];
    for (let round = 0; round < 5; round++) {
      const { body: order } = await api.place(shopper, [line(mug)]);
      const answers = await times(10, () => api.pay(shopper, order));
      expect(tally(answers)['201']).toBe(1);
      expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    }
  });

  it('never stays with an order that was cancelled while it was paid, and its stock is free again', async () => {
    const [shopper, mug, worker] = [await api.person(), await api.product(100), await startWorker(api)];
    try {
      const orders = await times(20, async () => (await api.place(shopper, [line(mug)])).body);
      const outcomes = await Promise.all(
        orders.map((order, n) => {
          const cancel = () => api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
          const pay = () => api.pay(shopper, order);
          return Promise.all(n % 2 === 0 ? [cancel(), pay()] : [pay(), cancel()]);
        }),
      );
      // Who comes first is left to chance; whoever comes second is refused, or the money goes back.
      expect(['201', '409 invalid_transition']).toEqual(expect.arrayContaining(Object.keys(tally(outcomes.flat()))));
      const left = async () => {
        const now = await Promise.all(orders.map((order) => api.orderOf(order)));
        const states = now.map(({ status, paymentStatus }) => `${status} ${paymentStatus}`);
        return states.filter((state) => state !== 'cancelled unpaid' && state !== 'cancelled refunded');
      };
      await expect.poll(left, { timeout: 20_000 }).toEqual([]);
      expect(await api.stockOf(mug)).toEqual({ onHand: 100, reserved: 0, available: 100 });
    } finally {
      await worker.close();
    }
  });
});
