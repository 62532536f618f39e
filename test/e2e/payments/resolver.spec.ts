import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PaymentsRepository } from '../../../src/payments/attempts/payments.repository.js';
import { AttemptResolver } from '../../../src/payments/attempts/attempt-resolver.js';
import { AttemptsRepository } from '../../../src/payments/attempts/attempts.repository.js';
import type { Attempt } from '../../../src/payments/domain/payment.js';
import { OutcomeRecorder } from '../../../src/payments/attempts/outcome-recorder.js';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { UnsentAttempts } from '../../../src/payments/attempts/unsent-attempts.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PaymentBody, ProductBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { admin as staff, api, scenario } from '../../support/scenario.js';

let money: Money;
let lamp: ProductBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: ['admin'] });
beforeAll(async () => {
  money = await moneyIn(api);
  lamp = await api.product(1000, { price: { amount: 10_000, currency: 'EUR' } });
});
afterAll(() => money?.leave());

const place = async (): Promise<OrderBody> => (await api.place(staff, [{ productId: lamp.id, quantity: 1 }])).body;
const pay = async (order: OrderBody, given: object = {}): Promise<PaymentBody> =>
  (await api.pay(staff, order, given)).body;
const attemptsOf = ({ id }: PaymentBody) =>
  api.sql('SELECT kind, state, sends FROM payment_attempts WHERE payment_id = $1 ORDER BY id', [decodeId('pay', id)]);
const madeOf = async ({ id }: PaymentBody) =>
  (
    await api.sql('SELECT kind FROM sandbox.operations WHERE payment_id = $1 ORDER BY created_at', [
      decodeId('pay', id),
    ])
  ).map(({ kind }) => kind);

describe('For an order that has ended', () => {
  it('a charge that was never sent is never sent (3)', async () => {
    const order = await place();
    const payment = await pay(order, { paymentMethod: 'pm_timeout_dropped' });
    await money.cancel(order);
    await money.resolve();
    expect(await attemptsOf(payment)).toEqual([{ kind: 'authorize', state: 'failed', sends: 1 }]);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'failed', decline: { code: 'no_answer' } });
    expect(await madeOf(payment)).toEqual([]);
  });

  it('what was sent again while the order lived is not sent any more', async () => {
    const order = await place();
    const payment = await pay(order, { paymentMethod: 'pm_timeout_dropped' });
    await money.resolve();
    expect(await attemptsOf(payment)).toMatchObject([{ state: 'unknown', sends: 2 }]);
    await money.cancel(order);
    await money.resolve(60);
    expect(await attemptsOf(payment)).toMatchObject([{ state: 'failed', sends: 2 }]);
  });

  it('a capture that was never sent is never sent, and the hold is given up (3)', async () => {
    const order = await place();
    const payment = await pay(order, { capture: 'manual' });
    await money.hold(payment);
    const captured = money.capture(payment);
    await expect.poll(() => waitingFor('sandbox.operations'), SOON).toBe(1);
    await api.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${WAITS}`, ['%sandbox.operations%']);
    expect((await captured).status).toBe(503);
    await money.letGo();
    await money.cancel(order);
    await money.resolve(31);
    await money.giveBack();
    expect(await attemptsOf(payment)).toMatchObject([
      { kind: 'authorize' },
      { kind: 'capture', state: 'declined' },
      { kind: 'void' },
    ]);
    expect(await madeOf(payment)).toEqual(['authorize', 'void']);
    expect(await money.figures(order)).toMatchObject({
      status: 'cancelled',
      authorized: 0,
      captured: 0,
      charged: 0,
      pending: 0,
    });
  });
});

/** The database gives up a statement that waits for longer. */
const SOON = { timeout: 3500, interval: 20 };
const WAITS = `datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`;
const waitingFor = async (what: string) =>
  (await api.sql(`SELECT FROM pg_stat_activity WHERE ${WAITS}`, [`%${what}%`])).length;

it('A clock that jumped ahead by a day and back delays nothing', async () => {
  const order = await place();
  api.moveClock(25 * 3600);
  const payment = await pay(order, { paymentMethod: 'pm_timeout_charged' });
  api.moveClock(0);
  await money.resolve();
  expect((await api.paymentOf(payment)).status).toBe('captured');
});

describe.each(['the answer first', 'the end first'])(
  'Two refunds that are unknown, one told of and given up at once (5): %s',
  (first) => {
    it('each is recorded as what it came to', async () => {
      const order = await place();
      const payment = await pay(order);
      const provider = api.app.get(SandboxProvider, { strict: false });
      // It never hears of them.
      Object.assign(provider, { send: () => new Promise(() => undefined) });
      const asked = await Promise.all([3000, 3000].map((amount) => api.refund(staff, payment, { amount })));
      Reflect.deleteProperty(provider, 'send');
      const [one, other] = asked.map(({ body }) => body) as [RefundBody, RefundBody];
      await api.sql(`UPDATE payment_attempts SET sends = 3 WHERE payment_id = $1 AND kind = 'refund'`, [
        decodeId('pay', payment.id),
      ]);
      const attempt = (
        await api.sql('SELECT id FROM payment_attempts WHERE refund_id = $1', [decodeId('rfd', one.id)])
      )[0]!['id'];
      // Both have read the attempt as it is now; each goes on when the other is through.
      const read = await started(String(attempt));
      const queue = first === 'the answer first' ? [answer, giveUp] : [giveUp, answer];
      for (const act of queue) await act(read);
      await money.resolve(31);
      const states = await api.sql('SELECT r.id, r.status FROM refunds r WHERE r.payment_id = $1 ORDER BY r.id', [
        decodeId('pay', payment.id),
      ]);
      const expected = new Map([
        [decodeId('rfd', one.id), 'succeeded'],
        [decodeId('rfd', other.id), 'failed'],
      ]);
      expect(new Map(states.map(({ id, status }) => [id, status]))).toEqual(expected);
      expect(await money.figures(order)).toMatchObject({ refunded: 3000, given: 3000, pending: 0, cleared: 7000 });
    });
  },
);

const started = async (id: string) => {
  const [attempt] = await api.sql(
    `SELECT a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", a.refund_id AS "refundId", a.kind, a.amount::int AS amount,
       a.state, a.sends, a.checks FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id = $1`,
    [id],
  );
  const payment = (await api.app.get(PaymentsRepository, { strict: false }).find(attempt!['paymentId'] as never))!;
  return { attempt: attempt as unknown as Attempt, payment };
};
type Read = Awaited<ReturnType<typeof started>>;
const giveUp = async (read: Read) => void (await api.app.get(UnsentAttempts, { strict: false }).decide(read));
/** The provider has made the refund and says so. */
const answer = async (read: Read) => {
  const { id, amount, paymentId } = read.attempt;
  await api.sql(
    `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
     VALUES ($1, $2, 'refund', $3, 'EUR', 'pm_ok', 'succeeded')`,
    [id, paymentId, amount],
  );
  const event = { providerEventId: `sbx_${id}`, attemptId: id, type: 'refunded' as const, amount, currency: 'EUR' };
  const at = new Date();
  const outcome = { state: 'completed' as const, events: [{ ...event, occurredAt: at }] };
  await api.app.get(OutcomeRecorder, { strict: false }).record(read, { outcome, heldUntil: at }, () => undefined);
};

it('A thousand attempts that always fail keep no other waiting, and are looked at later and later (4)', async () => {
  const order = await place();
  await api.sql(
    `WITH gone AS (
       INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount)
       SELECT gen_random_uuid(), o.id, o.customer_id, 'gone', 'pm_ok', 'automatic', 'EUR', 'processing', 10000
       FROM orders o, generate_series(1, 1000) WHERE o.id = $1 RETURNING id
     )
     INSERT INTO payment_attempts (id, payment_id, kind, amount, state, next_check_at)
     SELECT gen_random_uuid(), id, 'authorize', 10000, 'unknown', now() - interval '1 hour' FROM gone`,
    [decodeId('ord', order.id)],
  );
  const payment = await pay(await place(), { paymentMethod: 'pm_timeout_charged' });
  await api.passTime(6);
  let failed = 0;
  const began = performance.now();
  const resolving = api.app.get(AttemptResolver, { strict: false }).resolveDue(() => void (failed += 1));
  await expect.poll(async () => (await api.paymentOf(payment)).status, { timeout: 10_000 }).toBe('captured');
  expect(performance.now() - began).toBeLessThan(10_000);
  await resolving;
  expect(failed).toBeGreaterThanOrEqual(1000);
  const gone = `payment_id IN (SELECT id FROM payments WHERE provider = 'gone')`;
  const due = `SELECT count(*)::int AS n FROM payment_attempts WHERE ${gone} AND checks >= 1 AND next_check_at > updated_at`;
  expect(await api.sql(due)).toEqual([{ n: 1000 }]);
});

it('A round is over only when nothing of it goes on, also when a part of it failed', async () => {
  const payment = await pay(await place(), { paymentMethod: 'pm_timeout_charged' });
  await api.passTime(6);
  const repository = api.app.get(AttemptsRepository, { strict: false });
  const sandbox = api.app.get(SandboxProvider, { strict: false });
  const [claim, ask] = [repository.claim.bind(repository), sandbox.getStatus.bind(sandbox)];
  const [asked, gate] = [new Signal(), new Signal()];
  const failing = vi
    .spyOn(repository, 'claim')
    .mockImplementation((group, limit) =>
      group.except ? Promise.reject(new Error('no connection')) : claim(group, limit),
    );
  const waiting = vi.spyOn(sandbox, 'getStatus').mockImplementation(async (attempt) => {
    asked.give();
    await gate.given;
    return ask(attempt);
  });
  let isOver = false;
  const round = api.app
    .get(AttemptResolver, { strict: false })
    .resolveDue(() => undefined)
    .catch((error: unknown) => error)
    .finally(() => {
      isOver = true;
    });
  await asked.given;
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  gate.give();
  expect(await round).toMatchObject({ message: 'no connection' });
  expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured' });
  failing.mockRestore();
  waiting.mockRestore();
});

class Signal {
  give!: () => void;
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}
