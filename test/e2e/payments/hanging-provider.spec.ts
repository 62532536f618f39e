import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { AuthorizationExpiryJob } from '../../../src/payments/captures/authorization-expiry.schedule.js';
import type { PaymentProvider } from '../../../src/payments/providers/provider.js';
import { Providers } from '../../../src/payments/providers/provider-registry.js';
import { DailyReconciliation } from '../../../src/payments/reconciliation/reconciliation.schedule.js';
import { DueReturns } from '../../../src/payments/returns/funds-return.service.js';
import { ReturnsSchedule } from '../../../src/payments/returns/returns.schedule.js';
import { SendQueues } from '../../../src/payments/returns/send-queues.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { PaymentBody } from '../../support/bodies.js';
import { api, place, scenario, shopper, worker } from '../../support/scenario.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';

let stub: StripeStub;
const env = async () => {
  stub = await StripeStub.start();
  const webhooks = { STRIPE_WEBHOOK_SECRETS: 'whsec_hanging_4nT9u', PAYMENT_PROVIDERS: 'sandbox,stripe' };
  return { ...webhooks, LOG_LEVEL: 'fatal', STRIPE_SECRET_KEY: stub.secretKey, STRIPE_API_URL: stub.url };
};
scenario({ env, worker: true, mugs: 1000, unchecked: true });
let stripe: PaymentProvider;
/** The jobs run when a test says so, and nobody is asked about what another test left. */
beforeAll(async () => {
  const registry = worker.get(SchedulerRegistry);
  for (const name of registry.getIntervals()) registry.deleteInterval(name);
  stripe = worker.get(Providers, { strict: false }).find('stripe')!;
  // A call hangs until its test ends it.
  Object.assign(stripe, { timeoutMs: 60_000 });
});
afterAll(() => stub?.close());

let letGo: () => void;
afterEach(async () => {
  await api.sql('UPDATE payment_attempts SET next_check_at = NULL WHERE next_check_at IS NOT NULL');
  letGo();
  vi.restoreAllMocks();
});
/** Stripe accepts these calls and does not answer. Returns the ids of the attempts that it is asked about. */
function hangs(call: 'send' | 'getStatus'): readonly string[] {
  const asked: string[] = [];
  const given = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  vi.spyOn(stripe, call).mockImplementation(async ({ id }) => {
    asked.push(id);
    await given;
    return { state: 'unknown' };
  });
  return asked;
}
const payAt = async (provider: string, paymentMethod: string, given: object = {}): Promise<PaymentBody> =>
  (await api.pay(shopper, await place(), { provider, paymentMethod, ...given })).body;
const cancel = ({ orderId }: PaymentBody) => api.post(`/v1/orders/${orderId}/cancellation`, { token: shopper.token });
const SOON = { timeout: 10_000 };
const DAY_SECONDS = 86_400;

describe('While a provider hangs', () => {
  it('an unknown charge at another one is found within 10 s, although 1,000 wait for the first', async () => {
    const order = await place();
    await api.sql(
      `WITH waiting AS (
         INSERT INTO payments (id, order_id, customer_id, provider, payment_method, capture, currency, status, amount)
         SELECT gen_random_uuid(), o.id, o.customer_id, 'stripe', 'pm_card_visa', 'automatic', 'EUR', 'processing', 1000
         FROM orders o, generate_series(1, 1000) WHERE o.id = $1 RETURNING id
       )
       INSERT INTO payment_attempts (id, payment_id, kind, amount, state, next_check_at)
       SELECT gen_random_uuid(), id, 'authorize', 1000, 'unknown', now() - interval '1 hour' FROM waiting`,
      [decodeId('ord', order.id)],
    );
    const asked = hangs('getStatus');
    const job = worker.get(AttemptResolutionJob, { strict: false });
    void job.tick();
    await expect.poll(() => asked.length, SOON).toBe(5);
    const claimed = `SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
      WHERE p.provider = 'stripe' AND a.next_check_at > now() ORDER BY a.id`;
    expect(await api.sql(claimed)).toEqual(asked.toSorted().map((id) => ({ id })));
    // Its job has ended by now; the next tick looks at it again.
    const payment = await payAt('sandbox', 'pm_timeout_charged');
    expect(payment.status).toBe('processing');
    await api.passTime(6);
    void job.tick();
    await expect.poll(async () => (await api.paymentOf(payment)).status, SOON).toBe('captured');
    expect(asked).toHaveLength(5);
  });

  it('what another one has to give back goes back', async () => {
    const held = await Promise.all(Array.from({ length: 10 }, () => payAt('stripe', 'pm_card_visa')));
    const payment = await payAt('sandbox', 'pm_ok');
    const asked = hangs('send');
    const schedule = worker.get(ReturnsSchedule, { strict: false });
    for (const one of held) expect((await cancel(one)).status).toBe(201);
    void schedule.tick();
    await expect.poll(() => asked.length, SOON).toBe(8);
    await cancel(payment);
    const returned = async () => {
      await schedule.tick();
      return (await api.paymentOf(payment)).refundedAmount;
    };
    await expect.poll(returned, SOON).toBe(1000);
    expect(asked).toHaveLength(8);
  });

  it('what it has to give back itself stays in the database, but for a short queue', async () => {
    const held = await Promise.all(Array.from({ length: 90 }, () => payAt('stripe', 'pm_card_visa')));
    const asked = hangs('send');
    for (const one of held) expect((await cancel(one)).status).toBe(201);
    const queues = new SendQueues();
    const start = () => worker.get(DueReturns, { strict: false }).startDue(() => undefined, queues);
    const ids = held.map(({ orderId }) => decodeId('ord', orderId));
    const begun = async () =>
      (
        await api.sql(
          `SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.kind = 'refund' AND p.order_id = ANY($1)`,
          [ids],
        )
      ).length;
    await start();
    expect(await start()).toBe(0);
    await expect.poll(() => asked.length, SOON).toBe(8);
    expect(await begun()).toBeLessThanOrEqual(8 + 64 + 8);
    const due = 'SELECT id FROM obligations WHERE order_id = ANY($1) AND next_look_at <= now()';
    expect(await api.sql(due, [ids])).toHaveLength(90 - (await begun()));
    letGo();
    await queues.idle();
    await start();
    expect(await begun()).toBe(90);
    await queues.idle();
  });

  it('authorizations of another one expire', async () => {
    for (let held = 0; held < 6; held++) await payAt('stripe', 'pm_card_visa', { capture: 'manual' });
    const payment = await payAt('sandbox', 'pm_ok', { capture: 'manual' });
    const job = worker.get(AuthorizationExpiryJob, { strict: false });
    // The first look only finds out when they end.
    await job.tick();
    await api.passTime(7 * DAY_SECONDS + 1);
    const asked = hangs('send');
    void job.tick();
    await expect.poll(() => asked.length, SOON).toBe(5);
    await expect.poll(async () => (await api.paymentOf(payment)).status, SOON).toBe('cancelled');
    expect(asked).toHaveLength(5);
  });

  it('the days of another one are reconciled', async () => {
    const clock = worker.get(Clock);
    vi.spyOn(clock, 'now').mockImplementation(() => new Date(Date.now() + DAY_SECONDS * 1000));
    const given = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const asked = vi.spyOn(stripe, 'listSettlements').mockImplementation(async () => {
      await given;
      return { lines: [], totals: new Map() };
    });
    // The sandbox is listed first, so its first day says nothing; the second one is due while Stripe still hangs.
    const job = worker.get(DailyReconciliation, { strict: false });
    const ended = job.tick();
    await expect.poll(() => asked.mock.calls.length, SOON).toBe(1);
    const days = `SELECT date::text AS date FROM reconciliations WHERE provider = 'sandbox' ORDER BY date`;
    await expect.poll(() => api.sql(days), SOON).toHaveLength(1);
    vi.mocked(clock.now).mockImplementation(() => new Date(Date.now() + 2 * DAY_SECONDS * 1000));
    void job.tick();
    await expect.poll(() => api.sql(days), SOON).toHaveLength(2);
    expect(asked.mock.calls).toHaveLength(1);
    letGo();
    await ended;
  });
});
