import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody } from '../../support/bodies.js';
import { api, place, scenario, shopper, worker } from '../../support/scenario.js';

scenario({ worker: true, mugs: 1000 });

const PATIENT = { timeout: 15_000 };
const payWith = (order: OrderBody, paymentMethod: string) => api.pay(shopper, order, { paymentMethod });
const charges = ({ id }: { id: string }) =>
  api.sql(`SELECT count(*)::int AS n FROM sandbox.operations WHERE payment_id = $1 AND outcome = 'succeeded'`, [
    decodeId('pay', id),
  ]);

const captured = (payment: { id: string }) =>
  expect.poll(async () => (await api.paymentOf(payment)).status, PATIENT).toBe('captured');

const attemptsOf = ({ id }: { id: string }) =>
  api.sql('SELECT sends, state FROM payment_attempts WHERE payment_id = $1', [decodeId('pay', id)]);

describe('pm_timeout_charged', () => {
  it('is processing within the time-out, then captured, and charged once', async () => {
    const order = await place();
    const began = Date.now();
    const { status, body } = await payWith(order, 'pm_timeout_charged');
    expect(Date.now() - began).toBeLessThan(5000);
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'processing', capturedAmount: 0 } });
    expect(await api.paymentOf(body)).toMatchObject({ status: 'processing' });
    await captured(body);
    expect(await charges(body)).toEqual([{ n: 1 }]);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline`, shopper);
    expect(timeline.body.data.map(({ type }) => type)).toContain('payment.outcome_pending');
  });

  it('leaves no session idle in a transaction while the provider is called', async () => {
    const order = await place();
    const paying = payWith(order, 'pm_timeout_charged');
    const answered = paying.then(() => true);
    const idle = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`;
    const seen: unknown[] = [];
    const started = `SELECT 1 FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE p.order_id = $1`;
    await expect.poll(() => api.sql(started, [decodeId('ord', order.id)])).toHaveLength(1);
    for (let over = false; !over; over = await Promise.race([answered, delay(20, false)])) {
      seen.push(...(await api.sql(idle)));
    }
    expect(seen.length).toBeGreaterThan(10);
    // Other work of the worker may be caught in the middle of a transaction now and then, but nothing stays in one.
    expect(seen.filter((row) => (row as { n: number }).n === 0).length).toBeGreaterThan(seen.length * 0.8);
    await captured((await paying).body);
  });

  it('takes no second payment while the first may have happened', async () => {
    const order = await place();
    const { body } = await payWith(order, 'pm_timeout_charged');
    expect(await payWith(order, 'pm_ok')).toMatchObject({ status: 409, body: { code: 'order_not_payable' } });
    await captured(body);
  });
});

describe.each(['pm_timeout_dropped', 'pm_error_5xx'])('%s', (token) => {
  it('is sent again under the same key, given up, and never charged', async () => {
    const order = await place();
    const { body } = await payWith(order, token);
    expect(body.status).toBe('processing');
    const later = async () => {
      await api.passTime(4000);
      return attemptsOf(body);
    };
    await expect.poll(later, PATIENT).toEqual([{ sends: 3, state: 'failed' }]);
    expect(await api.paymentOf(body)).toMatchObject({
      status: 'failed',
      decline: { code: 'no_answer', retryable: true },
    });
    expect(await charges(body)).toEqual([{ n: 0 }]);
    expect((await payWith(order, 'pm_ok')).body.status).toBe('captured');
  });
});

describe('pm_pending', () => {
  it('is processing until the provider has the money', async () => {
    const order = await place();
    const { body } = await payWith(order, 'pm_pending');
    expect(body.status).toBe('processing');
    expect(await api.orderOf(order)).toMatchObject({ status: 'pending', paymentStatus: 'unpaid' });
    await captured(body);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('goes back when the order was cancelled meanwhile', async () => {
    const order = await place();
    const { body } = await payWith(order, 'pm_pending');
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
    await expect.poll(async () => (await api.paymentOf(body)).status, PATIENT).toBe('refunded');
    expect(await api.orderOf(order)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
  });
});

it('counts open outcomes by age', async () => {
  await payWith(await place(), 'pm_error_5xx');
  const metrics = await fetch(`${await worker.getUrl()}/metrics`);
  expect(await metrics.text()).toMatch(/till_payment_outcomes_open\{age="1m"\} [1-9]/);
});
