import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { type NotificationContent, sandboxOffice } from '../../support/sandbox.js';
import { admin as staff, api, conflict, mug, refundsOf, scenario } from '../../support/scenario.js';

let money: Money;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: ['admin'], mugs: 1000 });
beforeAll(async () => {
  money = await moneyIn(api);
});
afterAll(() => money?.leave());

const placed = async (): Promise<{ order: OrderBody; payment: PaymentBody; lines: { lineId: string }[] }> => {
  const plate = await api.product(5);
  const wanted = [mug, plate].map(({ id }) => ({ productId: id, quantity: 1 }));
  const order = (await api.place(staff, wanted)).body;
  const payment = (await api.pay(staff, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
  return { order, payment, lines: order.lines.map(({ id: lineId }) => ({ lineId, quantity: 1 })) };
};
const retry = ({ id }: RefundBody) => api.post<RefundBody>(`/v1/refunds/${id}/retries`, { token: staff.token });
const attemptsOf = async ({ id }: RefundBody) =>
  (await api.sql('SELECT id FROM payment_attempts WHERE refund_id = $1 ORDER BY id', [decodeId('rfd', id)])).map(
    (row) => String(row['id']),
  );
async function tell(payment: PaymentBody, told: NotificationContent): Promise<void> {
  const office = sandboxOffice(api);
  const webhook = await office.webhook(payment, told);
  expect((await office.send(webhook)).status).toBe(200);
  await money.readWebhooks();
  expect(await office.fates(webhook)).toEqual(['applied']);
}
/** The provider reports that the money of a refund came back. */
async function comeBack(payment: PaymentBody, refund: RefundBody, of?: string): Promise<void> {
  const { amount } = refund;
  await api.sql(
    `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
     VALUES (gen_random_uuid(), $1, 'refund_reversal', $2, 'EUR', 'pm_ok', 'succeeded')`,
    [decodeId('pay', payment.id), amount],
  );
  const attempt = of ?? (await attemptsOf(refund)).at(-1)!;
  await tell(payment, { type: 'refund_failed', amount, attempt, eventId: `back_${attempt}` });
}
const read = async (payment: PaymentBody, { id }: RefundBody) =>
  (await refundsOf(payment)).find((refund) => refund.id === id);

const setStatus = ({ id }: RefundBody, status: string) =>
  api.sql('UPDATE refunds SET status = $2 WHERE id = $1', [decodeId('rfd', id), status]);
/** The database refuses this status of the refund, by the constraint's name. */
const refuses = (constraint: string, refund: RefundBody, status: string) =>
  expect(setStatus(refund, status)).rejects.toMatchObject({ constraint });
/** It refuses another try of the refund as well, whoever begins it. */
const refusesTry = (constraint: string, { id }: RefundBody) =>
  expect(
    api.sql(
      `WITH again AS (
         INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state)
         SELECT gen_random_uuid(), r.payment_id, r.id, 'refund', r.amount, 'started' FROM refunds r WHERE r.id = $1)
       UPDATE refunds SET status = 'pending' WHERE id = $1`,
      [decodeId('rfd', id)],
    ),
  ).rejects.toMatchObject({ constraint });

describe('A refund that is tried again', () => {
  it('stays made when its first try was made after all and the second one is refused', async () => {
    const { order, payment } = await placed();
    await money.refuseRefunds(payment, 1500);
    const refund = (await api.refund(staff, payment, { amount: 600 })).body;
    expect(refund.status).toBe('failed');
    await money.hold(payment);
    expect((await retry(refund)).body.status).toBe('pending');
    const [first] = await attemptsOf(refund);
    await money.session.query(`UPDATE sandbox.operations SET outcome = 'succeeded' WHERE attempt_id = $1`, [first]);
    await money.letGo();
    await tell(payment, { type: 'refunded', amount: 600, attempt: first!, eventId: `after_all_${first}` });
    await money.resolve();
    await money.consent(payment);
    expect(await read(payment, refund)).toMatchObject({ status: 'succeeded' });
    expect(await retry(refund)).toMatchObject(conflict('invalid_transition'));
    await setStatus(refund, 'failed');
    expect(await read(payment, refund)).toMatchObject({ status: 'succeeded' });
    expect(await money.figures(order)).toMatchObject({ refunded: 600, given: 600, pending: 0 });
  });

  it('is left to people when its money had come back before and the provider refuses now', async () => {
    const { order, payment } = await placed();
    await money.cancel(order);
    await money.giveBack();
    const [refund] = await refundsOf(payment);
    await comeBack(payment, refund!);
    await money.giveBack();
    expect(await read(payment, refund!)).toMatchObject({ status: 'failed' });
    await money.refuseRefunds(payment, 2000);
    expect((await retry(refund!)).body).toMatchObject({ status: 'failed' });
    await money.giveBack(86_400);
    await refuses('refund_returned_is_left_to_people', refund!, 'pending');
    await money.consent(payment);
    expect((await retry(refund!)).body).toMatchObject({ status: 'succeeded' });
  });

  it('of pieces whose money came back before the order was paid in full is of the same sale, and counts once', async () => {
    const { order, payment, lines } = await placed();
    const [mugs, plates] = lines;
    const refund = (await api.refund(staff, payment, { lines: [mugs] })).body;
    expect(refund).toMatchObject({ status: 'succeeded', amount: 1000 });
    const dispute = `dp_${payment.id}`;
    await tell(payment, { type: 'dispute_opened', amount: 1000, dispute, eventId: `${dispute}_1` });
    await tell(payment, { type: 'dispute_lost', amount: 1000, dispute, eventId: `${dispute}_2` });
    await comeBack(payment, refund);
    await tell(payment, { type: 'dispute_won', amount: 1000, dispute, eventId: `${dispute}_3` });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', reservedUntil: null });
    expect(await retry(refund)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    expect(await api.refund(staff, payment, { lines: [mugs] })).toMatchObject(conflict('nothing_to_refund'));
    expect(await money.figures(order)).toMatchObject({ captured: 2000, refunded: 1000 });
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: staff.token, body: { lines: [plates] } });
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ captured: 2000, refunded: 2000 });
  });

  it('of pieces that were sold anew since is made anew, so that they count once', async () => {
    const { order, payment, lines } = await placed();
    const [mugs, plates] = lines;
    const refund = (await api.refund(staff, payment, { lines: [mugs, plates] })).body;
    const again = (await api.pay(staff, order)).body;
    expect(again).toMatchObject({ status: 'captured', amount: 2000 });
    await comeBack(payment, refund);
    expect(await retry(refund)).toMatchObject(conflict('nothing_to_refund'));
    await refusesTry('refund_of_pieces_sold_anew', refund);
    await money.giveBack();
    expect((await api.refund(staff, again, { lines: [mugs] })).body).toMatchObject({ amount: 1000 });
  });

  it('of pieces that count no more is under way still when the money of its first try comes back', async () => {
    const plate = await api.product(5);
    const wanted = [mug, plate].map(({ id }) => ({ productId: id, quantity: 2 }));
    const order = (await api.place(staff, wanted)).body;
    const payment = (await api.pay(staff, order, { paymentMethod: 'pm_webhook_duplicate', amount: 3000 })).body;
    await money.refuseRefunds(payment, 2500);
    const refund = (await api.refund(staff, payment, { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] })).body;
    await money.hold(payment);
    expect((await retry(refund)).body.status).toBe('pending');
    const [first] = await attemptsOf(refund);
    await money.session.query(`UPDATE sandbox.operations SET outcome = 'succeeded' WHERE attempt_id = $1`, [first]);
    await money.consent(payment);
    await money.letGo();
    await tell(payment, { type: 'refunded', amount: 1000, attempt: first!, eventId: `after_all_${first}` });
    // As a process of the release before does at once with refunds of an order that is not paid yet.
    await api.sql('INSERT INTO superseded_refunds (refund_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      decodeId('rfd', refund.id),
    ]);
    await comeBack(payment, refund, first);
    expect(await read(payment, refund)).toMatchObject({ status: 'pending' });
    await money.resolve();
    expect(await read(payment, refund)).toMatchObject({ status: 'succeeded' });
    expect(await money.figures(order)).toMatchObject({ captured: 3000, refunded: 1000, pending: 0 });
  });

  it('of pieces that were refunded anew before it was made after all is made anew, once that money came back', async () => {
    const plate = await api.product(5);
    const wanted = [mug, plate].map(({ id }, n) => ({ productId: id, quantity: 1 + 2 * n }));
    const order = (await api.place(staff, wanted)).body;
    const payment = (await api.pay(staff, order, { paymentMethod: 'pm_webhook_duplicate' })).body;
    const mugs = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    await money.refuseRefunds(payment, 4000);
    const refund = (await api.refund(staff, payment, mugs)).body;
    await money.consent(payment);
    const anew = (await api.refund(staff, payment, mugs)).body;
    const [attempt] = await attemptsOf(refund);
    await api.sql(`UPDATE sandbox.operations SET outcome = 'succeeded' WHERE attempt_id = $1`, [attempt]);
    await tell(payment, { type: 'refunded', amount: 1000, attempt: attempt!, eventId: `after_all_${attempt}` });
    await comeBack(payment, anew);
    await comeBack(payment, refund);
    expect(await retry(refund)).toMatchObject(conflict('nothing_to_refund'));
    await refusesTry('refund_of_pieces_refunded_anew', refund);
    await api.refund(staff, payment, mugs);
    expect(await money.figures(order)).toMatchObject({ captured: 4000, refunded: 1000 });
  });
});
