import { describe, expect, it } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { type AttemptId, decodeId, encodeId } from '../../../src/shared/ids.js';
import type { PaymentBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { api, mug, scenario, shopper, worker } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 50 };

scenario({ worker: true, mugs: 1000 });

type Challenged = PaymentBody & { readonly nextAction: { readonly type: string; readonly url: string } | null };

async function payWith(paymentMethod: string, given: object = {}): Promise<Challenged> {
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  return (await api.pay(shopper, order, { paymentMethod, ...given })).body as Challenged;
}
const becomes = (payment: PaymentBody, expected: object) =>
  expect.poll(() => api.paymentOf(payment), PATIENT).toMatchObject(expected);
/** The bank's page, under the address that this test's api really has. */
const pageOf = ({ nextAction }: Challenged) => api.url + new URL(nextAction!.url).pathname;
const decide = (payment: Challenged, decision: string) =>
  fetch(pageOf(payment), { method: 'POST', body: new URLSearchParams({ decision }) });
const told = async (payment: PaymentBody) =>
  api.sql(
    `SELECT e.type FROM provider_events e JOIN payment_attempts a ON a.id = e.attempt_id WHERE a.payment_id = $1 ORDER BY e.type`,
    [decodeId('pay', payment.id)],
  );

describe('pm_requires_action', () => {
  it('sends the shopper to a page that runs nothing and leads nowhere else', async () => {
    const payment = await payWith('pm_requires_action');
    expect(payment).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect' }, capturedAmount: 0 });
    expect(await api.orderOf({ id: payment.orderId })).toMatchObject({ status: 'pending', paymentStatus: 'unpaid' });
    const page = await fetch(pageOf(payment));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    const html = await page.text();
    expect(html).toContain('10.00 EUR');
    expect(html).toMatch(/<form method="post">[^]*value="approve"[^]*value="refuse"/);
    expect(html).not.toMatch(/<script|style=| src=/);
  });

  it.each([
    ['automatic', { status: 'captured', authorizedAmount: 1000, capturedAmount: 1000, nextAction: null }],
    ['manual', { status: 'authorized', authorizedAmount: 1000, capturedAmount: 0, nextAction: null }],
  ])('approved, with %s capture, goes on', async (capture, expected) => {
    const payment = await payWith('pm_requires_action', { capture });
    const answer = await decide(payment, 'approve');
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('approved')]);
    await becomes(payment, expected);
    expect(await api.orderOf({ id: payment.orderId })).toMatchObject({ status: 'confirmed' });
  });

  it('refused is declined, and the order can be paid otherwise', async () => {
    const payment = await payWith('pm_requires_action');
    await decide(payment, 'refuse');
    await becomes(payment, { status: 'declined', decline: { code: 'authentication_refused', retryable: true } });
    expect((await api.pay(shopper, { id: payment.orderId })).body).toMatchObject({ status: 'captured' });
  });

  it('is decided once', async () => {
    const payment = await payWith('pm_requires_action');
    await Promise.all(Array.from({ length: 5 }, () => decide(payment, 'approve')));
    expect(await (await decide(payment, 'refuse')).text()).toContain('approved');
    await becomes(payment, { status: 'captured', capturedAmount: 1000 });
  });

  it('left alone is declined by the resolver, and can not be approved any more', async () => {
    const payment = await payWith('pm_requires_action');
    const id = decodeId('pay', payment.id);
    await api.sql(`UPDATE sandbox.operations SET created_at = now() - interval '61 minutes' WHERE payment_id = $1`, [
      id,
    ]);
    expect(await (await decide(payment, 'approve')).text()).toContain('time to decide is over');
    await api.passTime(6);
    await worker.get(AttemptResolutionJob).tick();
    await becomes(payment, { status: 'declined', decline: { code: 'authentication_expired', retryable: true } });
  });

  it('takes no other decision, and is no page of other payments', async () => {
    const payment = await payWith('pm_requires_action');
    const path = new URL(pageOf(payment)).pathname;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const body of ['', 'decision=maybe', '{"decision":"approve"}']) {
      expect(problemIn(await api.request(`POST ${path}`, { body, headers: form }))).toMatchObject({ status: 400 });
    }
    const other = await payWith('pm_ok');
    const [attempt] = await api.sql('SELECT id FROM payment_attempts WHERE payment_id = $1', [
      decodeId('pay', other.id),
    ]);
    const id = encodeId('att', attempt?.['id'] as AttemptId);
    expect(problemIn(await api.request(`GET /sandbox/challenges/${id}`))).toMatchObject({ status: 404 });
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'requires_action' });
  });
});

describe('the sandbox tells by webhook', () => {
  it('that a delayed payment has its money', async () => {
    const payment = await payWith('pm_pending');
    expect(payment).toMatchObject({ status: 'processing' });
    await becomes(payment, { status: 'captured', capturedAmount: 1000 });
    // A check may have asked for the outcome before the webhook came.
    const webhooks = `SELECT w.state FROM provider_webhooks w WHERE convert_from(raw, 'UTF8') LIKE $1`;
    await expect
      .poll(() => api.sql(webhooks, [`%${decodeId('pay', payment.id)}%`]), PATIENT)
      .toEqual([{ state: 'applied' }]);
  });

  it('the same thing several times, which happens once', async () => {
    const payment = await payWith('pm_webhook_duplicate', { capture: 'manual' });
    const { token } = await api.admin();
    await api.post(`/v1/payments/${payment.id}/captures`, { token });
    await api.refund(await api.admin(), payment, { amount: 400 });
    const arrived = `SELECT count(*)::int AS n FROM provider_webhooks
      WHERE state = 'applied' AND convert_from(raw, 'UTF8') LIKE $1`;
    await expect.poll(() => api.sql(arrived, [`%${decodeId('pay', payment.id)}%`]), PATIENT).toEqual([{ n: 3 }]);
    expect(await api.paymentOf(payment)).toMatchObject({ capturedAmount: 1000, refundedAmount: 400 });
    expect(await told(payment)).toEqual([{ type: 'authorized' }, { type: 'captured' }, { type: 'refunded' }]);
  });

  it('the later thing first, which changes nothing', async () => {
    const payment = await payWith('pm_webhook_reordered');
    await becomes(payment, { status: 'captured', authorizedAmount: 1000, capturedAmount: 1000 });
    await expect.poll(() => told(payment), PATIENT).toEqual([{ type: 'authorized' }, { type: 'captured' }]);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', authorizedAmount: 1000 });
  });
});
