import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { admin as staff, api, mug, scenario, worker } from '../../support/scenario.js';

let money: Money;
let order: OrderBody;
let payment: PaymentBody;
/** Its metrics are read; its schedule does not run beside the tests. */
scenario({ env: { LOG_LEVEL: 'fatal' }, worker: true, people: ['admin'], mugs: 1000 });
beforeAll(async () => {
  for (const name of worker.get(SchedulerRegistry).getIntervals()) worker.get(SchedulerRegistry).deleteInterval(name);
  money = await moneyIn(api);
});
/** A cancelled order whose provider refuses to give its money back. */
beforeEach(async () => {
  order = (await api.place(staff, [{ productId: mug.id, quantity: 1 }])).body;
  payment = (await api.pay(staff, order)).body;
  await money.refuseRefunds(payment, 1000);
  await money.cancel(order);
});
afterAll(() => money?.leave());

/** Seconds after which a refusal is followed by the next try. */
const schedule = [0, 5, 30, 300, 3600];
const refundsOf = async ({ id }: PaymentBody) =>
  (await api.get<PageBody<RefundBody>>(`/v1/payments/${id}/refunds`, staff)).body.data;
const failedRefunds = async () =>
  (await api.get<PageBody<RefundBody>>('/v1/refunds?status=failed&limit=100', staff)).body.data.map(({ id }) => id);
const triesOf = async ({ id }: PaymentBody) =>
  (await api.sql(`SELECT state FROM payment_attempts WHERE payment_id = $1 AND kind = 'refund'`, [decodeId('pay', id)]))
    .length;
const stateOf = async ({ id }: OrderBody) =>
  (await api.sql('SELECT state FROM obligations WHERE order_id = $1', [decodeId('ord', id)])).map(({ state }) => state);
/** What the worker's metrics say of refunds that were refused for good, and of orders that owe. */
const gauges = async () => {
  const text = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    failed: read('till_refunds_failed'),
    open: read('till_obligations{state="open"}'),
    handedOver: read('till_obligations{state="handed_over"}'),
  };
};
const retry = ({ id }: RefundBody, token = staff.token, key?: string) =>
  api.post<RefundBody>(`/v1/refunds/${id}/retries`, { token, ...(key !== undefined && { key }) });
const refuseForGood = async () => {
  for (const seconds of schedule) await money.giveBack(seconds);
  return (await refundsOf(payment))[0]!;
};

describe('A refund that Till owes and its provider refuses', () => {
  it('is tried again after 5 s, 30 s, 5 min and 1 h, and not sooner', async () => {
    for (const [tries, seconds] of schedule.entries()) {
      if (seconds > 0) await money.giveBack(seconds - 1);
      expect(await triesOf(payment)).toBe(tries);
      await money.giveBack(1);
      expect(await triesOf(payment)).toBe(tries + 1);
    }
    await money.giveBack(86_400);
    expect(await triesOf(payment)).toBe(schedule.length);
    expect(await refundsOf(payment)).toMatchObject([{ status: 'failed', amount: 1000, reason: 'order_ended' }]);
  });

  it('is listed then, counted, and told of once', async () => {
    const before = await gauges();
    expect(before.open).toBe(1);
    const refund = await refuseForGood();
    expect(await failedRefunds()).toContain(refund.id);
    expect(await gauges()).toEqual({ failed: before.failed + 1, open: 0, handedOver: before.handedOver + 1 });
    expect(await stateOf(order)).toEqual(['handed_over']);
    await money.giveBack(86_400);
    const timeline = await api.get<PageBody<{ type: string; data: object }>>(
      `/v1/orders/${order.id}/timeline?limit=100`,
      staff,
    );
    const told = timeline.body.data.filter(({ type }) => type === 'obligation.handed_over');
    expect(told).toMatchObject([{ data: { amount: 1000, currency: 'EUR', reason: 'order_ended' } }]);
    expect(timeline.body.data.filter(({ type }) => type === 'refund.failed')).toHaveLength(schedule.length);
  });

  it('is made by hand once the provider consents, and leaves the list', async () => {
    const refund = await refuseForGood();
    const before = await gauges();
    expect(await retry(refund)).toMatchObject({ status: 201, body: { id: refund.id, status: 'failed' } });
    expect(await gauges()).toEqual(before);
    await money.consent(payment);
    expect(await retry(refund)).toMatchObject({ status: 201, body: { id: refund.id, status: 'succeeded' } });
    await money.giveBack();
    expect(await failedRefunds()).not.toContain(refund.id);
    expect(await gauges()).toEqual({ failed: before.failed - 1, open: 0, handedOver: before.handedOver - 1 });
    expect(await stateOf(order)).toEqual(['settled']);
    expect(await api.orderOf(order)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
    expect(await retry(refund)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
  });

  it('is retried once by many at once, and once under one key', async () => {
    const refund = await refuseForGood();
    await money.consent(payment);
    const answers = await Promise.all([
      ...Array.from({ length: 3 }, () => retry(refund, staff.token, `one-${refund.id}`)),
      ...Array.from({ length: 3 }, () => retry(refund)),
    ]);
    expect(answers.filter(({ status }) => status === 201).length).toBeOneOf([1, 3]);
    expect(await money.figures(order)).toMatchObject({ captured: 1000, refunded: 1000, given: 1000, pending: 0 });
  });

  it('is answered under the key of a retry as it is by then, once its outcome is known', async () => {
    const refund = await refuseForGood();
    await money.consent(payment);
    await money.hold(payment);
    const key = `later-${refund.id}`;
    expect(await retry(refund, staff.token, key)).toMatchObject({ status: 201, body: { status: 'pending' } });
    await money.letGo();
    expect(await retry(refund, staff.token, key)).toMatchObject({ status: 201, body: { status: 'pending' } });
    await money.resolve();
    const done = { status: 201, body: { id: refund.id, status: 'succeeded' } };
    expect(await retry(refund, staff.token, key)).toMatchObject(done);
    expect(await money.figures(order)).toMatchObject({ refunded: 1000, given: 1000, pending: 0 });
    const shopper = await api.person();
    expect((await retry(refund, shopper.token, key)).status).toBe(403);
  });

  it('is not needed any more when the money went back otherwise', async () => {
    const refund = await refuseForGood();
    await money.consent(payment);
    expect((await api.refund(staff, payment)).body).toMatchObject({ status: 'succeeded', amount: 1000 });
    await money.giveBack();
    expect((await refundsOf(payment)).find(({ id }) => id === refund.id)).toMatchObject({ status: 'cancelled' });
    expect(await stateOf(order)).toEqual(['settled']);
  });

  it('is nothing that customers list or retry', async () => {
    const refund = await refuseForGood();
    const shopper = await api.person();
    expect((await api.get('/v1/refunds?status=failed', shopper)).status).toBe(403);
    expect((await retry(refund, shopper.token)).status).toBe(403);
  });
});

/** A paid order of two mugs, one of which was cancelled; its provider refused for good to give that one's money back, and consents now. */
const owedInVain = async () => {
  const two = (await api.place(staff, [{ productId: mug.id, quantity: 2 }])).body;
  const paid = (await api.pay(staff, two)).body;
  await money.refuseRefunds(paid, 2000);
  const body = { lines: [{ lineId: two.lines[0]!.id, quantity: 1 }] };
  await api.post(`/v1/orders/${two.id}/cancellation`, { token: staff.token, body });
  for (const seconds of schedule) await money.giveBack(seconds);
  const refund = (await refundsOf(paid))[0]!;
  expect(refund).toMatchObject({ status: 'failed', amount: 1000 });
  await money.consent(paid);
  return { two, paid, refund };
};

describe('A refund that Till owed and its provider refused', () => {
  it('is not made by hand once its money went back otherwise, whatever the order still keeps', async () => {
    const { two, paid, refund } = await owedInVain();
    // No worker has seen that nothing is owed any more.
    expect((await api.refund(staff, paid, { amount: 1000 })).body).toMatchObject({ status: 'succeeded' });
    expect(await retry(refund)).toMatchObject({ status: 409, body: { code: 'nothing_to_refund' } });
    await money.giveBack();
    expect(await money.figures(two)).toMatchObject({ captured: 2000, refunded: 1000, given: 1000, pending: 0 });
  });

  it('is made once by two people at once who return its money', async () => {
    const { two, paid, refund } = await owedInVain();
    await money.hold(paid);
    expect((await api.refund(staff, paid, { amount: 1000 })).body).toMatchObject({ status: 'pending' });
    expect(await retry(refund)).toMatchObject({ status: 409, body: { code: 'nothing_to_refund' } });
    await money.letGo();
    await money.resolve();
    expect(await money.figures(two)).toMatchObject({ captured: 2000, refunded: 1000, given: 1000, pending: 0 });
  });
});

/** Two mugs and something else, paid; the refund of both mugs was refused. */
const refusedPieces = async () => {
  const other = await api.product(1, { price: { amount: 5000, currency: 'EUR' } });
  const lines = [
    { productId: mug.id, quantity: 2 },
    { productId: other.id, quantity: 1 },
  ];
  const placed = (await api.place(staff, lines)).body;
  const paid = (await api.pay(staff, placed)).body;
  const line = placed.lines[0]!;
  await money.refuseRefunds(paid, 6500);
  const pieces = { lines: [{ lineId: line.id, quantity: 2 }] };
  const refund = (await api.refund(staff, paid, pieces)).body;
  expect(refund).toMatchObject({ status: 'failed', amount: 2000 });
  return { placed, paid, line, refund };
};

describe('A refund of pieces that the provider refuses', () => {
  it('is made by hand once the provider consents', async () => {
    const { paid, refund } = await refusedPieces();
    await money.consent(paid);
    expect(await retry(refund)).toMatchObject({ status: 201, body: { status: 'succeeded', amount: 2000 } });
  });

  it('is not made after one of them was cancelled, whose money went back by itself', async () => {
    const { placed, paid, line, refund } = await refusedPieces();
    await money.consent(paid);
    const body = { lines: [{ lineId: line.id, quantity: 1 }] };
    await api.post(`/v1/orders/${placed.id}/cancellation`, { token: staff.token, body });
    await money.giveBack();
    expect(await retry(refund)).toMatchObject({ status: 409, body: { code: 'nothing_to_refund' } });
    expect(await money.figures(placed)).toMatchObject({ captured: 7000, refunded: 1000, given: 1000, pending: 0 });
    expect((await api.refund(staff, paid, body)).body).toMatchObject({ status: 'succeeded', amount: 1000 });
  });
});
