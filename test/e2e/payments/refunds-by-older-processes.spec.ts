import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { admin as staff, api, mug, refundsOf, scenario } from '../../support/scenario.js';

/** As processes of the release before 1700000044750 end a refund: the try that has just ended decides alone. */
vi.mock('../../../src/payments/attempts/attempt-statements.js', async (original) => ({
  ...(await original<object>()),
  END_REFUND: `
    UPDATE refunds r SET updated_at = now(), status = CASE
      WHEN a.state = 'succeeded' THEN 'succeeded'
      WHEN a.state <> 'failed' AND r.obligation_id IS NOT NULL AND (
        SELECT count(*) FROM payment_attempts a WHERE a.refund_id = r.id AND a.state IN ('declined', 'failed')) < 5 THEN 'pending'
      ELSE 'failed' END
    FROM (SELECT state FROM payment_attempts WHERE refund_id = $1 ORDER BY updated_at DESC LIMIT 1) a WHERE r.id = $1`,
}));

let money: Money;
scenario({ env: { LOG_LEVEL: 'silent' }, people: ['admin'], mugs: 1000 });
beforeAll(async () => {
  money = await moneyIn(api);
});
afterAll(() => money?.leave());

const retry = ({ id }: RefundBody) => api.post<RefundBody>(`/v1/refunds/${id}/retries`, { token: staff.token });
const attemptsOf = async ({ id }: RefundBody) =>
  (await api.sql('SELECT id FROM payment_attempts WHERE refund_id = $1 ORDER BY id', [decodeId('rfd', id)])).map(
    (row) => String(row['id']),
  );
const read = async (payment: PaymentBody, { id }: RefundBody) =>
  (await refundsOf(payment)).find((refund) => refund.id === id);
/** The provider says this of an attempt. Returns what became of its webhook. */
async function tell(payment: PaymentBody, attempt: string, type: 'refunded' | 'refund_failed', amount: number) {
  const office = sandboxOffice(api);
  const webhook = await office.webhook(payment, { type, amount, attempt, eventId: `${type}_${attempt}` });
  expect((await office.send(webhook)).status).toBe(200);
  await money.readWebhooks();
  return office.fates(webhook);
}
/** Its second try is under way when the provider makes the first one after all, and will be refused. */
async function madeAfterAll(): Promise<{ order: OrderBody; payment: PaymentBody; refund: RefundBody }> {
  const order = (await api.place(staff, [{ productId: mug.id, quantity: 2 }])).body;
  const payment = (await api.pay(staff, order)).body;
  await money.refuseRefunds(payment, 1500);
  const refund = (await api.refund(staff, payment, { amount: 600 })).body;
  await money.hold(payment);
  expect((await retry(refund)).body.status).toBe('pending');
  const [first] = await attemptsOf(refund);
  await money.session.query(`UPDATE sandbox.operations SET outcome = 'succeeded' WHERE attempt_id = $1`, [first]);
  await money.letGo();
  expect(await tell(payment, first!, 'refunded', 600)).toEqual(['applied']);
  return { order, payment, refund };
}

describe('A process of the release before that records the refusal of a refund whose earlier try was made', () => {
  it('leaves it made, and the webhook is applied', async () => {
    const { order, payment, refund } = await madeAfterAll();
    const [, second] = await attemptsOf(refund);
    expect(await tell(payment, second!, 'refund_failed', 600)).toEqual(['applied']);
    expect(await read(payment, refund)).toMatchObject({ status: 'succeeded' });
    await money.consent(payment);
    expect(await money.figures(order)).toMatchObject({ refunded: 600, given: 600, pending: 0 });
  });

  it('leaves it made, when it asked the provider', async () => {
    const { order, payment, refund } = await madeAfterAll();
    await money.resolve();
    expect(await read(payment, refund)).toMatchObject({ status: 'succeeded' });
    await money.consent(payment);
    expect(await money.figures(order)).toMatchObject({ refunded: 600, given: 600, pending: 0 });
  });
});

describe('A process of the release before that is refused a refund whose money had come back', () => {
  it('leaves it to people', async () => {
    const order = (await api.place(staff, [{ productId: mug.id, quantity: 1 }])).body;
    const payment = (await api.pay(staff, order)).body;
    await money.cancel(order);
    await money.giveBack();
    const [refund] = await refundsOf(payment);
    const [first] = await attemptsOf(refund!);
    expect(await tell(payment, first!, 'refund_failed', 1000)).toEqual(['applied']);
    await money.refuseRefunds(payment, 2000);
    expect((await retry(refund!)).body).toMatchObject({ status: 'failed' });
    await money.consent(payment);
    await api.sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES (gen_random_uuid(), $1, 'refund_reversal', 1000, 'EUR', 'pm_ok', 'succeeded')`,
      [decodeId('pay', payment.id)],
    );
  });
});
