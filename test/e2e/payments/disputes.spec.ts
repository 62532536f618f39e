import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { DisputeBody, PageBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { sandboxOffice, type NotificationContent } from '../../support/sandbox.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 20 };

let office: ReturnType<typeof sandboxOffice>;
scenario({ asRole: 'running', worker: true, people: ['shopper', 'admin'], mugs: 1000 });
beforeAll(async () => {
  office = sandboxOffice(api);
});

/** A captured payment of 10.00 EUR that the sandbox has a name for. */
async function captured(paymentMethod = 'pm_webhook_duplicate'): Promise<PaymentBody> {
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  return (await api.pay(shopper, order, { paymentMethod })).body;
}
async function tell(payment: PaymentBody, told: NotificationContent): Promise<unknown> {
  const webhook = await office.webhook(payment, told);
  expect((await office.send(webhook)).status).toBe(200);
  await expect.poll(() => office.fates(webhook), PATIENT).not.toEqual(['received']);
  return (await office.fates(webhook))[0];
}
const disputesOf = async ({ id }: { id: string }, who = shopper) =>
  (await api.get<PageBody<DisputeBody>>(`/v1/payments/${id}/disputes`, who)).body.data;
const refundsOf = async ({ id }: { id: string }) =>
  (await api.get<PageBody<RefundBody>>(`/v1/payments/${id}/refunds`, shopper)).body.data;
const entriesOf = ({ orderId }: PaymentBody) =>
  api.sql(
    `SELECT t.kind, c.code, e.amount::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts c ON c.id = e.account_id WHERE t.order_id = $1 AND t.kind LIKE 'dispute%' ORDER BY t.kind, e.amount`,
    [decodeId('ord', orderId)],
  );
const etagOf = async (payment: PaymentBody) => {
  const [dispute] = await disputesOf(payment);
  return { etag: (await api.get(`/v1/disputes/${dispute!.id}`, admin)).headers.get('etag') };
};
const opened = { type: 'dispute_opened', amount: 600 } as const;
const taken = [
  { kind: 'dispute_opened', code: 'provider_clearing:sandbox', amount: -600 },
  { kind: 'dispute_opened', code: 'disputes', amount: 600 },
];

describe('a dispute', () => {
  it('holds money back from the books and from refunds', async () => {
    const payment = await captured();
    expect(await tell(payment, { ...opened, dispute: `dp_${payment.id}` })).toBe('applied');
    const [dispute] = await disputesOf(payment);
    expect(dispute).toMatchObject({
      id: expect.stringMatching(/^dsp_/) as string,
      status: 'open',
      amount: 600,
      closedAt: null,
    });
    expect(dispute).toMatchObject({ paymentId: payment.id, currency: 'EUR', reference: `dp_${payment.id}` });
    expect(await entriesOf(payment)).toEqual(taken);
    expect(await api.refund(admin, payment, { amount: 401 })).toMatchObject({
      status: 409,
      body: { code: 'amount_too_large' },
    });
    expect(await api.refund(admin, payment, { amount: 400 })).toMatchObject({
      status: 201,
      body: { status: 'succeeded' },
    });
    expect(await api.refund(admin, payment)).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
  });

  it('that is won gives it back', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    expect(await tell(payment, { type: 'dispute_won', amount: 600, dispute })).toBe('applied');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'won', closedAt: expect.any(String) as string }]);
    expect(await entriesOf(payment)).toEqual([
      ...taken,
      { kind: 'dispute_won', code: 'disputes', amount: -600 },
      { kind: 'dispute_won', code: 'provider_clearing:sandbox', amount: 600 },
    ]);
    expect(await api.refund(admin, payment)).toMatchObject({
      status: 201,
      body: { amount: 1000, status: 'succeeded' },
    });
  });

  it('that is lost is a loss, and stays out of reach of refunds', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    expect(await tell(payment, { type: 'dispute_lost', amount: 600, dispute })).toBe('applied');
    expect(await entriesOf(payment)).toEqual([
      { kind: 'dispute_lost', code: 'disputes', amount: -600 },
      { kind: 'dispute_lost', code: 'dispute_losses', amount: 600 },
      ...taken,
    ]);
    expect(await api.refund(admin, payment, { amount: 401 })).toMatchObject({ status: 409 });
  });

  it('that is won after it was lost gives the money back', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    await tell(payment, { type: 'dispute_lost', amount: 600, dispute });
    const { etag } = await etagOf(payment);
    expect(await tell(payment, { type: 'dispute_won', amount: 600, dispute })).toBe('applied');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'won' }]);
    expect((await etagOf(payment)).etag).not.toBe(etag);
    expect(await entriesOf(payment)).toEqual([
      { kind: 'dispute_lost', code: 'disputes', amount: -600 },
      { kind: 'dispute_lost', code: 'dispute_losses', amount: 600 },
      ...taken,
      { kind: 'dispute_won', code: 'dispute_losses', amount: -600 },
      { kind: 'dispute_won', code: 'provider_clearing:sandbox', amount: 600 },
    ]);
    expect(await api.orderOf({ id: payment.orderId })).toMatchObject({ paymentStatus: 'paid' });
    expect(await api.refund(admin, payment)).toMatchObject({ status: 201, body: { amount: 1000 } });
  });

  it('that is lost after it was won takes the money again, as often as the bank changes its mind', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    const order = { id: payment.orderId };
    const decided = (end: 'won' | 'lost', turn: number) =>
      tell(payment, { type: `dispute_${end}`, amount: 600, dispute, eventId: `${dispute}_${end}_${turn}` });
    await tell(payment, { ...opened, dispute });
    expect(await decided('won', 1)).toBe('applied');
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid' });
    expect(await decided('lost', 2)).toBe('applied');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost', coveredAmount: 600 }]);
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'partially_charged_back' });
    expect(await api.refund(admin, payment, { amount: 401 })).toMatchObject({ status: 409 });
    expect(await decided('won', 3)).toBe('applied');
    expect(await decided('lost', 4)).toBe('applied');
    expect(await decided('lost', 4)).toBe('applied');
    const entries = (await entriesOf(payment)) as { kind: string; code: string; amount: number }[];
    const count = (kind: string) => entries.filter((entry) => entry.kind === kind && entry.amount > 0).length;
    expect(['dispute_opened', 'dispute_won', 'dispute_lost'].map(count)).toEqual([3, 2, 2]);
    const sums = new Map<string, number>();
    for (const { code, amount } of entries) sums.set(code, (sums.get(code) ?? 0) + amount);
    expect(Object.fromEntries(sums)).toEqual({ 'provider_clearing:sandbox': -600, disputes: 0, dispute_losses: 600 });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('that is lost after it was won and its money went back is a loss beside the payment', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    await tell(payment, { type: 'dispute_won', amount: 600, dispute });
    await api.refund(admin, payment, { amount: 700 });
    expect(await tell(payment, { type: 'dispute_lost', amount: 600, dispute })).toBe('applied');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost', amount: 600, coveredAmount: 300 }]);
    expect(await api.refund(admin, payment)).toMatchObject({ status: 409 });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('that is lost again stays so, whatever an older report says', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    const decided = (end: 'won' | 'lost', minutes: number) => {
      const occurredAt = new Date(Date.now() + minutes * 60_000).toISOString();
      return tell(payment, { type: `dispute_${end}`, amount: 600, dispute, occurredAt });
    };
    expect(await decided('lost', 1)).toBe('applied');
    expect(await decided('lost', 3)).toBe('ignored');
    expect(await decided('won', 2)).toBe('ignored');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost' }]);
  });

  it('is decided only once it is known, and opened once however often it is told', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    const lost = await office.webhook(payment, { type: 'dispute_lost', amount: 600, dispute });
    await office.send(lost);
    await expect.poll(() => office.fates(lost), PATIENT).toEqual(['waiting']);
    const eventId = `${dispute}_opened`;
    await Promise.all(Array.from({ length: 5 }, () => tell(payment, { ...opened, dispute, eventId })));
    await expect.poll(() => office.fates(lost), PATIENT).toEqual(['applied']);
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost' }]);
    expect(await entriesOf(payment)).toHaveLength(4);
  });

  it.each([
    ['in another currency', { ...opened, currency: 'USD', dispute: 'dp_b' }],
    ['without a name', opened],
  ] satisfies [string, NotificationContent][])('%s is quarantined', async (_, told) => {
    const payment = await captured();
    expect(await tell(payment, told)).toBe('quarantined');
    expect(await disputesOf(payment)).toEqual([]);
  });

  it('of more than was captured is booked, and takes all that is left', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    expect(await tell(payment, { ...opened, amount: 1010, dispute })).toBe('applied');
    expect(await disputesOf(payment)).toMatchObject([{ status: 'open', amount: 1010, coveredAmount: 1000 }]);
    expect(await entriesOf(payment)).toEqual([
      { kind: 'dispute_opened', code: 'provider_clearing:sandbox', amount: -1010 },
      { kind: 'dispute_opened', code: 'disputes', amount: 1010 },
    ]);
    expect(await api.refund(admin, payment)).toMatchObject({ status: 409 });
  });

  it('and refunds at once never take more than was captured', async () => {
    const payment = await captured();
    const refunds = Array.from({ length: 5 }, () => api.refund(admin, payment, { amount: 250 }));
    const webhook = await office.webhook(payment, { ...opened, dispute: `dp_${payment.id}` });
    const [, ...answers] = await Promise.all([office.send(webhook), ...refunds]);
    await expect.poll(() => office.fates(webhook), PATIENT).toEqual(['applied']);
    const refunded = answers.filter(({ status }) => status === 201).length;
    const [{ amount, coveredAmount } = {}] = await disputesOf(payment);
    expect([refunded, amount, coveredAmount]).toBeOneOf(
      [4, 3, 2, 1].map((n) => [n, 600, Math.min(600, 1000 - 250 * n)]),
    );
    const [row] = await api.sql(
      'SELECT refunded_amount::int AS r, disputed_amount::int AS d FROM payments WHERE id = $1',
      [decodeId('pay', payment.id)],
    );
    expect(Number(row?.['r']) + Number(row?.['d'])).toBeLessThanOrEqual(1000);
  });

  it('of money that went back is booked beside the payment, and what the bank decides too', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    const lost = await office.webhook(payment, { type: 'dispute_lost', amount: 600, dispute });
    await office.send(lost);
    await expect.poll(() => office.fates(lost), PATIENT).toEqual(['waiting']);
    await api.refund(admin, payment, { amount: 500 });
    expect(await tell(payment, { ...opened, dispute })).toBe('applied');
    await expect.poll(() => office.fates(lost), PATIENT).toEqual(['applied']);
    expect(await disputesOf(payment)).toMatchObject([{ status: 'lost', amount: 600, coveredAmount: 500 }]);
    expect(await entriesOf(payment)).toContainEqual({ kind: 'dispute_lost', code: 'dispute_losses', amount: 600 });
    expect(await api.refund(admin, payment)).toMatchObject({ status: 409 });
  });

  it('is refused by the database beside a refund of the same money', async () => {
    const payment = await captured();
    await api.refund(admin, payment, { amount: 500 });
    await expect(
      api.sql('UPDATE payments SET disputed_amount = 501 WHERE id = $1', [decodeId('pay', payment.id)]),
    ).rejects.toMatchObject({ constraint: 'refunded_within_captured' });
  });

  it('that is won for an order that was cancelled meanwhile goes back to the shopper', async () => {
    const payment = await captured();
    const dispute = `dp_${payment.id}`;
    await tell(payment, { ...opened, dispute });
    await api.post(`/v1/orders/${payment.orderId}/cancellation`, { token: admin.token });
    await expect.poll(() => api.paymentOf(payment), PATIENT).toMatchObject({ refundedAmount: 400 });
    await tell(payment, { type: 'dispute_won', amount: 600, dispute });
    await expect
      .poll(() => api.paymentOf(payment), PATIENT)
      .toMatchObject({ refundedAmount: 1000, status: 'refunded' });
  });

  it('that kept a cancelled order from being given back lets go of the rest once it is known', async () => {
    const payment = await captured();
    const disputed = `
      INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
      VALUES (gen_random_uuid(), $1, 'dispute', 600, 'EUR', 'pm_dispute', 'succeeded')`;
    await api.sql(disputed, [decodeId('pay', payment.id)]);
    await api.post(`/v1/orders/${payment.orderId}/cancellation`, { token: admin.token });
    const refused = `SELECT state FROM payment_attempts WHERE payment_id = $1 AND kind = 'refund'`;
    const states = () => api.sql(refused, [decodeId('pay', payment.id)]);
    await expect.poll(states, PATIENT).toEqual([{ state: 'declined' }]);
    expect(await refundsOf(payment)).toMatchObject([{ amount: 1000, status: 'pending' }]);
    await tell(payment, { ...opened, dispute: `dp_${payment.id}` });
    await expect.poll(() => api.paymentOf(payment), PATIENT).toMatchObject({ refundedAmount: 400 });
    expect(await refundsOf(payment)).toMatchObject([
      { amount: 400, status: 'succeeded' },
      { amount: 1000, status: 'cancelled' },
    ]);
  });
});

describe('GET /v1/disputes/:id', () => {
  it("shows the shopper's own, and nobody else's", async () => {
    const payment = await captured();
    await tell(payment, { ...opened, dispute: `dp_${payment.id}` });
    const [dispute] = await disputesOf(payment);
    const path = `/v1/disputes/${dispute!.id}`;
    const read = await api.get<DisputeBody>(path, shopper);
    expect(read).toMatchObject({ status: 200, body: dispute });
    expect(await api.get(path, admin)).toMatchObject({ status: 200, body: dispute });
    const again = await api.request(`GET ${path}`, {
      token: shopper.token,
      headers: { 'if-none-match': read.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
    const stranger = await api.person();
    expect(problemIn(await api.get(path, stranger))).toMatchObject({ status: 404 });
    expect(problemIn(await api.get(`/v1/payments/${payment.id}/disputes`, stranger))).toMatchObject({ status: 404 });
  });
});

it('The sandbox opens no dispute about what was refunded', async () => {
  const payment = await captured('pm_dispute');
  expect(await api.refund(admin, payment)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  const onTheirWay = `SELECT count(*)::int AS n FROM sandbox.webhooks WHERE payment_id = $1 AND next_attempt_at IS NOT NULL`;
  await expect.poll(() => api.sql(onTheirWay, [decodeId('pay', payment.id)]), PATIENT).toEqual([{ n: 0 }]);
  expect(await disputesOf(payment)).toEqual([]);
});

/** A captured payment whose dispute waits for `comes`. A dispute comes within a second, on a slow machine before it is put off; then another payment is made. */
async function disputedLater() {
  const later = `UPDATE sandbox.webhooks SET next_attempt_at = now() + interval '1 hour'
    WHERE payment_id = $1 AND movement = 'dispute' AND attempts = 0 RETURNING id`;
  for (;;) {
    const payment = await captured('pm_dispute');
    const [webhook] = await api.sql(later, [decodeId('pay', payment.id)]);
    if (!webhook) continue;
    const comes = () => api.sql('UPDATE sandbox.webhooks SET next_attempt_at = now() WHERE id = $1', [webhook.id]);
    return { payment, comes };
  }
}

it('It lets a refund that is under way go first', async () => {
  const { payment, comes } = await disputedLater();
  const id = [decodeId('pay', payment.id)];
  const bystander = new Client({ connectionString: api.settings.DATABASE_URL });
  await bystander.connect();
  await bystander.query('BEGIN');
  const { rows } = await bystander.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  // Those that wait for the row, and behind one another.
  const waits = `
    WITH RECURSIVE w AS (
      SELECT $1::int AS pid UNION SELECT a.pid FROM pg_stat_activity a JOIN w ON w.pid = ANY(pg_blocking_pids(a.pid)))
    SELECT count(*)::int - 1 AS n FROM w`;
  const waiting = () => api.sql(waits, [rows[0]!.pid]);
  await bystander.query('SELECT FROM sandbox.operations WHERE payment_id = $1 FOR UPDATE', id);
  const refund = api.refund(admin, payment);
  await expect.poll(waiting, PATIENT).toEqual([{ n: 1 }]);
  await comes();
  await expect.poll(waiting, PATIENT).toEqual([{ n: 2 }]);
  await bystander.end();
  expect(await refund).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  const moved = `SELECT kind FROM sandbox.operations WHERE payment_id = $1 AND kind = 'dispute'`;
  const due = `SELECT FROM sandbox.webhooks WHERE payment_id = $1 AND next_attempt_at IS NOT NULL`;
  await expect.poll(() => api.sql(due, id), PATIENT).toEqual([]);
  expect(await api.sql(moved, id)).toEqual([]);
});

it('The sandbox decides no dispute that it did not open, when the payment has another', async () => {
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  const { body: payment } = await api.pay(shopper, order, { paymentMethod: 'pm_dispute', capture: 'manual' });
  const capture = () => api.post(`/v1/payments/${payment.id}/captures`, { token: admin.token, body: { amount: 300 } });
  await capture();
  await expect.poll(() => disputesOf(payment), PATIENT).toMatchObject([{ status: 'open' }]);
  await capture();
  expect(await api.refund(admin, payment, { amount: 100 })).toMatchObject({ body: { status: 'succeeded' } });
  const id = decodeId('pay', payment.id);
  const onTheirWay = `SELECT count(*)::int AS n FROM sandbox.webhooks WHERE payment_id = $1 AND next_attempt_at IS NOT NULL`;
  await expect.poll(() => api.sql(onTheirWay, [id]), PATIENT).toEqual([{ n: 0 }]);
  await expect.poll(() => disputesOf(payment), PATIENT).toMatchObject([{ status: 'lost' }]);
  const told = `SELECT count(*)::int AS n FROM provider_webhooks WHERE raw LIKE $1 AND state <> 'applied'`;
  const about = Buffer.from(`%sbx_${id}%`);
  await expect.poll(() => api.sql(told, [about]), PATIENT).toEqual([{ n: 0 }]);
});

describe.each([
  ['pm_dispute', 'lost'],
  ['pm_dispute_won', 'won'],
  ['pm_dispute_lost_then_won', 'won'],
  ['pm_dispute_won_then_lost', 'lost'],
])('%s', (token, ending) => {
  it(`is captured, disputed, and ${ending} after a while`, async () => {
    const payment = await captured(token);
    expect(payment).toMatchObject({ status: 'captured', capturedAmount: 1000 });
    await expect.poll(() => disputesOf(payment), PATIENT).toMatchObject([{ status: 'open', amount: 1000 }]);
    await expect.poll(() => disputesOf(payment), PATIENT).toMatchObject([{ status: ending, amount: 1000 }]);
    const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${payment.orderId}/timeline`, admin);
    expect(timeline.body.data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['dispute.opened', 'dispute.closed']),
    );
    const again = await api.refund(admin, payment);
    expect(again.status).toBe(ending === 'won' ? 201 : 409);
  });
});
