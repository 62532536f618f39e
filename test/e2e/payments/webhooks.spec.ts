import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebhookProcessor } from '../../../src/payments/webhooks/webhook-processor.js';
import { WebhooksRepository } from '../../../src/payments/webhooks/webhooks.repository.js';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { decodeId, encodeId, newId } from '../../../src/shared/ids.js';
import type { PageBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { runCli } from '../../support/build.js';
import { sandboxOffice, type NotificationContent, type Webhook } from '../../support/sandbox.js';
import { api, mug, scenario, shopper, worker } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 20 };
const COPIES = 20;

let office: ReturnType<typeof sandboxOffice>;
scenario({ worker: true, mugs: 1000 });
beforeAll(async () => {
  office = sandboxOffice(api);
});

/** A payment of 10.00 EUR whose authorization the sandbox is yet to decide. */
async function pendingPayment(given: object = {}): Promise<PaymentBody> {
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  return (await api.pay(shopper, order, { paymentMethod: 'pm_pending', capture: 'manual', ...given })).body;
}

/** Sends a webhook and waits until the worker has looked at it. */
async function deliver(webhook: Webhook, copies = 1): Promise<unknown> {
  const answers = await Promise.all(Array.from({ length: copies }, () => office.send(webhook)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  await expect.poll(() => office.fates(webhook), PATIENT).not.toEqual(['received']);
  return (await office.fates(webhook))[0];
}
const tell = async (payment: PaymentBody, told: NotificationContent) => deliver(await office.webhook(payment, told));
/** Which payment a webhook is listed with. */
const paymentOf = async ({ id }: Webhook) =>
  (await api.sql('SELECT payment_id AS id FROM provider_webhooks WHERE provider_event_id = $1', [id]))[0]?.['id'];
/** The millisecond in which a webhook came, as a range of times. */
async function momentOf({ id }: Webhook): Promise<[string, string]> {
  const [row] = await api.sql('SELECT received_at AS at FROM provider_webhooks WHERE provider_event_id = $1', [id]);
  const at = row?.['at'] as Date;
  return [at.toISOString(), new Date(at.getTime() + 1).toISOString()];
}
const reasonOf = async ({ id }: Webhook) =>
  (await api.sql('SELECT reason FROM provider_webhooks WHERE provider_event_id = $1', [id]))[0]?.['reason'];

/** Lets so many seconds pass for what waits in the inbox, whose time is the database's, and the worker look at it. */
async function lookAfter(seconds: number): Promise<void> {
  await api.sql(
    `UPDATE provider_webhooks SET next_attempt_at = next_attempt_at - $1 * interval '1 second',
       waiting_since = waiting_since - $1 * interval '1 second' WHERE state = 'waiting'`,
    [seconds],
  );
  await worker.get(WebhookProcessor).processDue();
  // The worker looks by itself as well, and may still hold what it took.
  const held = `SELECT count(*)::int AS n FROM provider_webhooks WHERE state = 'received'`;
  await expect.poll(() => api.sql(held), PATIENT).toEqual([{ n: 0 }]);
}

/** Everything that money did because of a payment, but for ids and times. */
async function booksOf(payment: PaymentBody) {
  const id = decodeId('pay', payment.id);
  const { status, authorizedAmount, capturedAmount, refundedAmount } = await api.paymentOf(payment);
  const order = await api.orderOf({ id: payment.orderId });
  return {
    payment: { status, authorizedAmount, capturedAmount, refundedAmount },
    order: { status: order.status, paymentStatus: order.paymentStatus },
    attempts: await api.sql(
      `SELECT kind, state, amount::int FROM payment_attempts WHERE payment_id = $1 ORDER BY kind`,
      [id],
    ),
    refunds: await api.sql(`SELECT status, amount::int FROM refunds WHERE payment_id = $1`, [id]),
    told: await api.sql(
      `SELECT e.type, e.amount::int FROM provider_events e JOIN payment_attempts a ON a.id = e.attempt_id
       WHERE a.payment_id = $1 ORDER BY e.type`,
      [id],
    ),
    entries: await api.sql(
      `SELECT t.kind, c.code, e.amount::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts c ON c.id = e.account_id WHERE t.order_id = $1 ORDER BY t.kind, c.code`,
      [decodeId('ord', payment.orderId)],
    ),
  };
}

const orders = [
  ['authorized', 'captured', 'refunded'],
  ['authorized', 'refunded', 'captured'],
  ['captured', 'authorized', 'refunded'],
  ['captured', 'refunded', 'authorized'],
  ['refunded', 'authorized', 'captured'],
  ['refunded', 'captured', 'authorized'],
] as const;

describe('webhooks in any order', () => {
  it.each(orders.map((types) => [types.join(', '), types] as const))(
    `%s, each ${COPIES} times at once, end alike`,
    async (_, types) => {
      const payment = await pendingPayment();
      const webhooks = {
        authorized: await office.webhook(payment, { type: 'authorized', amount: 1000, own: true }),
        captured: await office.make(payment, { type: 'captured', amount: 800 }),
        refunded: await office.make(payment, { type: 'refunded', amount: 300 }),
      };
      for (const type of types) await deliver(webhooks[type], COPIES);
      const all = Object.values(webhooks);
      await expect.poll(() => office.fates(...all), PATIENT).toEqual(all.map(() => 'applied'));
      expect(await booksOf(payment)).toEqual({
        payment: { status: 'partially_refunded', authorizedAmount: 1000, capturedAmount: 800, refundedAmount: 300 },
        order: { status: 'confirmed', paymentStatus: 'partially_refunded' },
        attempts: [
          { kind: 'authorize', state: 'succeeded', amount: 1000 },
          { kind: 'capture', state: 'succeeded', amount: 800 },
          { kind: 'refund', state: 'succeeded', amount: 300 },
        ],
        refunds: [{ status: 'succeeded', amount: 300 }],
        told: [
          { type: 'authorized', amount: 1000 },
          { type: 'captured', amount: 800 },
          { type: 'refunded', amount: 300 },
        ],
        entries: [
          { kind: 'capture', code: 'provider_clearing:sandbox', amount: 800 },
          { kind: 'capture', code: 'sales', amount: -800 },
          { kind: 'refund', code: 'provider_clearing:sandbox', amount: -300 },
          { kind: 'refund', code: 'refunds', amount: 300 },
        ],
      });
      const listed = await api.get<PageBody<RefundBody>>(`/v1/payments/${payment.id}/refunds`, shopper);
      expect(listed.body.data).toMatchObject([{ amount: 300, status: 'succeeded', reason: 'made at the provider' }]);
    },
  );

  it('all at once, and with the poll that says the same, end alike', async () => {
    const payment = await pendingPayment();
    const webhooks = await Promise.all([
      office.webhook(payment, { type: 'authorized', amount: 1000, own: true }),
      office.make(payment, { type: 'captured', amount: 1000 }),
      office.make(payment, { type: 'refunded', amount: 1000 }),
    ]);
    await api.sql(`UPDATE sandbox.operations SET created_at = now() - interval '10 s' WHERE payment_id = $1`, [
      decodeId('pay', payment.id),
    ]);
    await api.passTime(6);
    await Promise.all([
      worker.get(AttemptResolutionJob).tick(),
      ...webhooks.flatMap((webhook) => [deliver(webhook), deliver(webhook)]),
    ]);
    await expect.poll(() => office.fates(...webhooks), PATIENT).toEqual(webhooks.map(() => 'applied'));
    const { payment: ended, told } = await booksOf(payment);
    expect(ended).toMatchObject({ status: 'refunded', capturedAmount: 1000, refundedAmount: 1000 });
    expect(told.map(({ type }) => type)).toEqual(['authorized', 'captured', 'refunded']);
  });
});

describe('a webhook', () => {
  it('waits for a payment that Till does not know by that name yet', async () => {
    const payment = await pendingPayment();
    const id = decodeId('pay', payment.id);
    await api.sql('UPDATE payments SET reference = NULL WHERE id = $1', [id]);
    await tell(payment, { type: 'authorized', amount: 1000, own: true, reference: 'another-name' });
    const captured = await office.make(payment, { type: 'captured', amount: 1000 });
    expect(await deliver(captured)).toBe('waiting');
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'authorized' });
    await api.sql('UPDATE payments SET reference = $2 WHERE id = $1', [id, `sbx_${id}`]);
    await expect.poll(() => office.fates(captured), PATIENT).toEqual(['applied']);
    expect(await paymentOf(captured)).toBe(id);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', capturedAmount: 1000 });
  });

  it('is given up, for all to see, when what it waits for has not come for three days', async () => {
    const stray = await office.webhook(await pendingPayment(), { type: 'captured', amount: 1, reference: 'nobody' });
    expect(await deliver(stray)).toBe('waiting');
    for (let look = 0; look < 11; look += 1) await lookAfter(0.26 * 86_400);
    expect(await office.fates(stray)).toEqual(['waiting']);
    await lookAfter(0.26 * 86_400);
    expect(await office.fates(stray)).toEqual(['dead']);
    expect(await metric('dead')).toBe(1);
  });

  it('brings a charge that had been given up back to life', async () => {
    const payment = await pendingPayment({ capture: 'automatic' });
    const attempt = await office.openingOf(payment);
    await tell(payment, { type: 'failed', amount: 1000, own: true, eventId: `till_gave_up_${attempt}` });
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'failed' });
    await api.sql(`UPDATE sandbox.operations SET outcome = 'succeeded' WHERE attempt_id = $1`, [attempt]);
    expect(await tell(payment, { type: 'captured', amount: 1000, own: true })).toBe('applied');
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', capturedAmount: 1000 });
  });

  it('that no column can hold is quarantined, and holds up none that came with it', async () => {
    const payment = await pendingPayment();
    const told = { type: 'authorized', amount: 1000, own: true } as const;
    const poison = await office.webhook(payment, { ...told, currency: 'E\0R', eventId: `poison_${payment.id}` });
    const good = await office.webhook(payment, { type: 'authorized', amount: 1000, own: true });
    await Promise.all([office.send(poison), office.send(good)]);
    await expect.poll(() => office.fates(poison, good), PATIENT).toEqual(['quarantined', 'applied']);
  });

  it('about an operation that is not known waits, though its payment is', async () => {
    const payment = await pendingPayment();
    await api.sql(`UPDATE payments SET reference = $2 WHERE id = $1`, [decodeId('pay', payment.id), payment.id]);
    const told = { type: 'captured', amount: 5, attempt: randomUUID(), reference: payment.id } as const;
    const stray = await office.webhook(payment, told);
    expect(await deliver(stray)).toBe('waiting');
    await worker.get(WebhookProcessor).processDue();
    const looks = await api.sql('SELECT attempts FROM provider_webhooks WHERE provider_event_id = $1', [stray.id]);
    expect(looks).toEqual([{ attempts: 1 }]);
  });

  it('about nothing that Till keeps is ignored', async () => {
    const payment = await pendingPayment();
    expect(await tell(payment, { type: 'refund_failed', amount: 5 })).toBe('ignored');
  });
});

const authorized = (payment: PaymentBody) => tell(payment, { type: 'authorized', amount: 1000, own: true });
const events = async ({ orderId }: PaymentBody) =>
  (await api.sql('SELECT type FROM events WHERE order_id = $1 ORDER BY id', [orderId])).map(({ type }) => type);

describe('the end of an authorization', () => {
  it('gives up all that it held, and the order is to be paid anew', async () => {
    const payment = await pendingPayment();
    await authorized(payment);
    const expired = await office.webhook(payment, { type: 'expired', amount: 1000 });
    expect(await deliver(expired, COPIES)).toBe('applied');
    expect(await api.paymentOf(payment)).toMatchObject({
      status: 'cancelled',
      authorizedAmount: 1000,
      capturedAmount: 0,
    });
    expect(await events(payment)).toContain('payment.expired');
    expect(await api.orderOf({ id: payment.orderId })).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'unpaid',
      reservedUntil: expect.any(String) as unknown,
    });
    const captures = await api.post(`/v1/payments/${payment.id}/captures`, { token: (await api.admin()).token });
    expect(captures).toMatchObject({ status: 409, body: { code: 'invalid_transition' } });
  });

  it('leaves what was captured, whatever amount it tells', async () => {
    const payment = await pendingPayment();
    await authorized(payment);
    await deliver(await office.make(payment, { type: 'captured', amount: 600 }));
    expect(await tell(payment, { type: 'expired', amount: 1000 })).toBe('applied');
    expect(await booksOf(payment)).toMatchObject({
      payment: { status: 'captured', capturedAmount: 600 },
      order: { status: 'confirmed', paymentStatus: 'partially_paid' },
      attempts: [
        { kind: 'authorize' },
        { kind: 'capture', amount: 600 },
        { kind: 'void', state: 'succeeded', amount: 400 },
      ],
    });
    expect(await tell(payment, { type: 'expired', amount: 1000 })).toBe('ignored');
  });

  it('waits for what is under way', async () => {
    const payment = await pendingPayment();
    await authorized(payment);
    const id = decodeId('pay', payment.id);
    await api.sql('UPDATE payments SET capture_pending = 300 WHERE id = $1', [id]);
    const expired = await office.webhook(payment, { type: 'expired', amount: 1000 });
    expect(await deliver(expired)).toBe('waiting');
    await api.sql('UPDATE payments SET capture_pending = 0, version = version + 1 WHERE id = $1', [id]);
    await expect.poll(() => office.fates(expired), PATIENT).toEqual(['applied']);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'cancelled' });
  });
});

describe('what can not be right', () => {
  const wrong: [string, NotificationContent][] = [
    ['another amount than was asked for', { type: 'authorized', amount: 999, own: true }],
    ['another currency', { type: 'authorized', amount: 1000, own: true, currency: 'USD' }],
    ['more than the payment can hold', { type: 'captured', amount: 1001 }],
    ['a refund of more than the payment can hold', { type: 'refunded', amount: 1001 }],
    ['an amount that is none', { type: 'captured', amount: 0.5 }],
    ['a negative amount', { type: 'captured', amount: -1 }],
    ['an outcome that the operation can not have', { type: 'refunded', amount: 1000, own: true }],
  ];
  it.each(wrong)('%s is quarantined, alarmed and not applied', async (_, told) => {
    const payment = await pendingPayment();
    const before = await booksOf(payment);
    const alarms = await metric('quarantined');
    const webhook = await office.webhook(payment, told);
    expect(await deliver(webhook)).toBe('quarantined');
    expect(await reasonOf(webhook)).toMatch(/\w/);
    expect(await paymentOf(webhook)).toBe(decodeId('pay', payment.id));
    expect(await booksOf(payment)).toEqual(before);
    expect(await metric('quarantined')).toBe(alarms + 1);
  });

  it('the same capture under another id is quarantined, not booked twice', async () => {
    const payment = await pendingPayment();
    await tell(payment, { type: 'authorized', amount: 1000, own: true });
    await deliver(await office.make(payment, { type: 'captured', amount: 1000 }));
    expect(await tell(payment, { type: 'captured', amount: 1000 })).toBe('quarantined');
    expect(await api.paymentOf(payment)).toMatchObject({ capturedAmount: 1000 });
  });
});

const replay = async (...options: string[]) =>
  JSON.parse((await runCli(['events', 'replay', ...options], api.settings)).stdout) as unknown;

const refused = (stderr: string) => ({ code: 1, stderr: expect.stringContaining(stderr) as string });

describe('till events replay', () => {
  it('puts one webhook back, or those of a time, and says how many', async () => {
    const webhook = await office.webhook(await pendingPayment(), { type: 'refund_failed', amount: 5 });
    await deliver(webhook);
    const [since, until] = await momentOf(webhook);
    const { id } = (await office.send(webhook)).body;
    expect(await replay('--id', id)).toEqual({ replayed: 1 });
    await expect.poll(() => office.fates(webhook), PATIENT).toEqual(['ignored']);
    expect(await replay('--from', since, '--to', until, '--provider', 'sandbox')).toEqual({ replayed: 1 });
    expect(await replay('--from', since, '--to', since)).toEqual({ replayed: 0 });
    await expect.poll(() => office.fates(webhook), PATIENT).toEqual(['ignored']);
    for (const options of [[], ['--from', since], ['--id', 'evt_1'], ['--from', 'noon', '--to', 'dusk']]) {
      await expect(replay(...options)).rejects.toMatchObject({
        stderr: expect.stringMatching(/--id|looks like/) as string,
      });
    }
    await expect(replay('--from', until, '--to', since)).rejects.toMatchObject(
      refused('--from must not be after --to'),
    );
    const unknown = encodeId('pwh', newId<'pwh'>());
    await expect(replay('--id', unknown)).rejects.toMatchObject(refused(`There is no webhook ${unknown}`));
  }, 120_000);
});

describe('replay', () => {
  it('processes again what was in quarantine, and changes nothing of what was applied', async () => {
    const payment = await pendingPayment();
    const authorized = await office.webhook(payment, { type: 'authorized', amount: 1000, own: true });
    await deliver(authorized);
    const captured = await office.make(payment, { type: 'captured', amount: 1000 });
    await api.sql('UPDATE payments SET voided_amount = 1 WHERE id = $1', [decodeId('pay', payment.id)]);
    expect(await deliver(captured)).toBe('quarantined');
    await api.sql('UPDATE payments SET voided_amount = 0 WHERE id = $1', [decodeId('pay', payment.id)]);
    const inbox = worker.get(WebhooksRepository);
    const [from, to] = (await momentOf(captured)).map((time) => new Date(time));
    for (let round = 0; round < 2; round++) {
      expect(await inbox.replay({ from, to, provider: 'sandbox' })).toBe(1);
      expect(await inbox.replay({ from: new Date(0), to: new Date(Date.now() + 1000) })).toBeGreaterThan(1);
      await expect.poll(() => office.fates(authorized, captured), PATIENT).toEqual(['applied', 'applied']);
    }
    expect(await inbox.replay({ from: new Date(0), to: new Date(), provider: 'nobody' })).toBe(0);
    const { payment: ended, told } = await booksOf(payment);
    expect(ended).toMatchObject({ status: 'captured', capturedAmount: 1000 });
    expect(told).toHaveLength(2);
  });
});

async function metric(state: string): Promise<number> {
  const text = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
  return Number(new RegExp(`^till_webhooks_${state}{provider="sandbox"} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
