import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { IdempotencyStore } from '../../../src/platform/idempotency/index.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody } from '../../support/bodies.js';
import { assertBooks } from '../../support/books.js';
import type { Answer } from '../../support/http-client.js';
import { admin, api, mug, scenario, shopper, worker } from '../../support/scenario.js';

scenario({ worker: true, people: ['shopper', 'admin'], mugs: 1000, unchecked: true });
afterAll(() => assertBooks(api));

const PATIENT = { timeout: 15_000 };
const line = { quantity: 1 };
const placeMug = async (person = shopper) =>
  (await api.place(person, [{ productId: mug.id, ...line }])).body as OrderBody;
const replayed = ({ headers }: Answer<unknown>) => headers.get('idempotent-replayed') === 'true';
const problem = (status: number, code: string) => ({ status, body: { status, code } });

/** Lets the resolver look into what is due so many seconds from now. */
async function resolveIn(seconds: number): Promise<void> {
  worker.get(Clock).now = () => new Date(Date.now() + seconds * 1000);
  try {
    await worker.get(AttemptResolutionJob).tick();
  } finally {
    worker.get(Clock).now = () => new Date();
  }
}

describe('an answer that shows something under way', () => {
  it('is followed by the present state of the payment', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const pay = () => api.pay(shopper, order, { paymentMethod: 'pm_timeout_charged' }, { key });
    const first = await pay();
    expect(first).toMatchObject({ status: 201, body: { status: 'processing', capturedAmount: 0 } });
    const early = await pay();
    expect(early).toMatchObject({ status: 201, body: { id: first.body.id, status: 'processing' } });
    await resolveIn(10);
    await expect.poll(async () => (await api.paymentOf(first.body)).status, PATIENT).toBe('captured');

    const again = await pay();
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, status: 'captured', capturedAmount: 1000 } });
    expect(replayed(again)).toBe(true);
    expect(
      await api.sql('SELECT count(*)::int AS n FROM payments WHERE order_id = $1', [decodeId('ord', order.id)]),
    ).toEqual([{ n: 1 }]);
  });

  it('is followed by the present state of the refund', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const { body: payment } = await api.pay(shopper, order);
    // The provider does it, and its answer is lost on the way to this api.
    const sandbox = api.app.get(SandboxProvider, { strict: false });
    const send = sandbox.send.bind(sandbox);
    vi.spyOn(sandbox, 'send').mockImplementationOnce(async (attempt, signal) => {
      await send(attempt, signal);
      return { state: 'unknown' };
    });
    const refund = () => api.refund(admin, payment, { amount: 300 }, { key });
    const first = await refund();
    expect(first).toMatchObject({ status: 201, body: { status: 'pending', amount: 300 } });
    await resolveIn(10);
    await expect.poll(async () => (await api.paymentOf(payment)).refundedAmount, PATIENT).toBe(300);
    const again = await refund();
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id, status: 'succeeded' } });
    expect(replayed(again)).toBe(true);
  });

  it('is followed by the first answer where that was final', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const first = await api.pay(shopper, order, {}, { key });
    await api.refund(admin, first.body);
    const again = await api.pay(shopper, order, {}, { key });
    expect(again.text).toBe(first.text);
  });

  it('is followed by the first answer where only another operation was under way', async () => {
    const { body: payment } = await api.pay(shopper, await placeMug(), { capture: 'manual' });
    const capture = (amount: number, key = randomUUID()) =>
      api.post<{ status: string }>(`/v1/payments/${payment.id}/captures`, {
        token: admin.token,
        key,
        body: { amount },
      });
    expect(await capture(500)).toMatchObject({ status: 201 });
    loseCall();
    const refund = await api.refund(admin, payment, { amount: 500 });
    expect(refund).toMatchObject({ status: 201, body: { status: 'pending' } });
    const key = randomUUID();
    const first = await capture(300, key);
    expect(first).toMatchObject({ status: 201, body: { capturedAmount: 800, refundedAmount: 0 } });
    await resolveIn(10);
    await expect.poll(async () => (await api.paymentOf(payment)).refundedAmount, PATIENT).toBe(500);
    const again = await capture(300, key);
    expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: first.text, replayed: true });
  });

  it('is the answer of the run that was first to record, for a run whose provider answers later', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const sandbox = api.app.get(SandboxProvider, { strict: false });
    const send = sandbox.send.bind(sandbox);
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    vi.spyOn(sandbox, 'send').mockImplementationOnce(async (attempt, signal) => {
      const outcome = await send(attempt, signal);
      arrive();
      await released;
      return outcome;
    });
    const pay = () => api.pay(shopper, order, {}, { key });
    const late = pay();
    await arrived;
    await api.sql(
      `UPDATE payment_attempts SET created_at = created_at - interval '1 minute'
       WHERE payment_id = (SELECT id FROM payments WHERE order_id = $1)`,
      [decodeId('ord', order.id)],
    );
    const first = await pay();
    expect(first).toMatchObject({ status: 201, body: { status: 'captured', refundedAmount: 0 } });
    expect(await api.refund(admin, first.body)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    release();
    expect(await late).toMatchObject({ status: 201, text: first.text });
  });
});

describe('a refusal', () => {
  it('for lack of stock is not kept: the same request is decided anew', async () => {
    const [empty, key] = [await api.product(0), randomUUID()];
    const place = () => api.place(shopper, [{ productId: empty.id, ...line }], { key });
    expect(await place()).toMatchObject(problem(409, 'insufficient_stock'));
    expect(await place()).toMatchObject(problem(409, 'insufficient_stock'));
    await api.post(`/v1/products/${empty.id}/stock-adjustments`, {
      token: admin.token,
      body: { delta: 5, reason: 'counted' },
    });
    const first = await place();
    expect(first).toMatchObject({ status: 201, body: { status: 'pending' } });
    const again = await place();
    expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: first.text, replayed: true });
    expect(await api.stockOf(empty)).toMatchObject({ onHand: 5, reserved: 1 });
  });

  it('for a product that can not be ordered is not kept', async () => {
    const [product, key] = [await api.product(1), randomUUID()];
    const place = () => api.place(shopper, [{ productId: product.id, ...line }], { key });
    await api.request(`DELETE /v1/products/${product.id}`, { token: admin.token });
    expect(await place()).toMatchObject(problem(409, 'product_unavailable'));
    await api.request(`PATCH /v1/products/${product.id}`, { token: admin.token, body: { status: 'active' } });
    expect(await place()).toMatchObject({ status: 201 });
  });

  it('for a void that is under way is not kept', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const { body: payment } = await api.pay(shopper, order, { capture: 'manual' });
    const giveUp = (under: string) =>
      api.post<{ code?: string }>(`/v1/payments/${payment.id}/cancellation`, { token: admin.token, key: under });
    const sandbox = api.app.get(SandboxProvider, { strict: false });
    vi.spyOn(sandbox, 'send').mockResolvedValueOnce({ state: 'unknown' });
    expect(await giveUp(randomUUID())).toMatchObject({ status: 201, body: { status: 'authorized' } });
    expect(await giveUp(key)).toMatchObject(problem(409, 'operation_under_way'));
    await resolveIn(10);
    await expect.poll(async () => (await api.paymentOf(payment)).status, PATIENT).toBe('cancelled');
    expect(await giveUp(key)).toMatchObject(problem(409, 'invalid_transition'));
  });

  it('while a payment is under way is not kept', async () => {
    const order = await placeMug();
    // What is asked for is lost on its way; the resolver asks for it once more, and it is declined.
    loseCall();
    const first = await api.pay(shopper, order, { paymentMethod: 'pm_declined', amount: 600 });
    expect(first).toMatchObject({ status: 201, body: { status: 'processing' } });
    const [tooLarge, beyond] = [randomUUID(), randomUUID()];
    const payment = (amount: number, key: string) => api.pay(shopper, order, { amount }, { key });
    expect(await payment(700, tooLarge)).toMatchObject(problem(409, 'amount_too_large'));
    expect(await payment(1001, beyond)).toMatchObject(problem(409, 'amount_too_large'));
    loseCall();
    const second = await api.pay(shopper, order, { paymentMethod: 'pm_declined', amount: 400 });
    const key = randomUUID();
    expect(await payment(400, key)).toMatchObject(problem(409, 'order_not_payable'));
    await resolveIn(10);
    for (const { body } of [first, second])
      await expect.poll(async () => (await api.paymentOf(body)).status, PATIENT).toBe('declined');

    expect(await payment(700, tooLarge)).toMatchObject({ status: 201, body: { status: 'captured', amount: 700 } });
    const kept = await payment(1001, beyond);
    expect(kept).toMatchObject(problem(409, 'amount_too_large'));
    expect(replayed(kept)).toBe(true);
    const late = await payment(400, key);
    expect({ code: late.body, replayed: replayed(late) }).toMatchObject({
      code: { code: 'amount_too_large' },
      replayed: false,
    });
  });

  it.each([
    ['captures', 'capture', 'manual'],
    ['refunds', 'refund', 'automatic'],
  ] as const)('while %s of all there is are under way is not kept', async (route, what, capture) => {
    const { body: payment } = await api.pay(shopper, await placeMug(), { capture });
    const ask = (amount: number, key: string) =>
      api.post<{ code?: string }>(`/v1/payments/${payment.id}/${route}`, { token: admin.token, key, body: { amount } });
    const [partly, wholly] = [randomUUID(), randomUUID()];
    loseCall();
    expect(await ask(600, randomUUID())).toMatchObject({ status: 201 });
    expect(await ask(500, partly)).toMatchObject(problem(409, 'amount_too_large'));
    loseCall();
    expect(await ask(400, randomUUID())).toMatchObject({ status: 201 });
    expect(await ask(500, wholly)).toMatchObject(problem(409, 'invalid_transition'));
    await api.sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       SELECT id, payment_id, kind, amount, 'EUR', 'pm_ok', 'declined' FROM payment_attempts
       WHERE payment_id = $1 AND kind = $2`,
      [decodeId('pay', payment.id), what],
    );
    await resolveIn(10);
    await expect.poll(() => pendingOf(payment.id), PATIENT).toBe(0);
    expect(await ask(500, partly)).toMatchObject({ status: 201 });
    expect(await ask(500, wholly)).toMatchObject({ status: 201 });
  });

  it('for the state of what was addressed is kept, with its content type', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const tooMuch = () => api.pay(shopper, order, { amount: 1001 }, { key });
    const first = await tooMuch();
    expect(first).toMatchObject(problem(409, 'amount_too_large'));
    const again = await tooMuch();
    expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: first.text, replayed: true });
    expect(again.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('that was kept gives way to a payment that had begun under the same key', async () => {
    const [order, key] = [await placeMug(), randomUUID()];
    const store = api.app.get(IdempotencyStore, { strict: false });
    const keepEffect = store.keepEffect.bind(store);
    // A repeat that was refused a moment before the payment began keeps its refusal a moment after.
    store.keepEffect = (request, answer) => {
      store.keepEffect = keepEffect;
      refusalKept = store.keepFirst(request, { status: 409, body: '{"code":"order_not_payable"}', provisional: false });
      void refusalKept.then(() => undefined);
      keepEffect(request, answer);
    };
    let refusalKept: Promise<unknown> = Promise.resolve();
    const paid = await api.pay(shopper, order, {}, { key });
    await refusalKept;
    expect(paid).toMatchObject({ status: 201, body: { status: 'captured' } });
    const again = await api.pay(shopper, order, {}, { key });
    expect(again).toMatchObject({ status: 201, text: paid.text });
  });
});

describe('a repeat by somebody who lost the right', () => {
  it.each([
    ['placing', 'support'],
    ['checking out', 'support'],
    ['cancelling', 'support'],
    ['fulfilling', 'support'],
    ['paying', 'support'],
    ['capturing', 'finance'],
    ['refunding', 'finance'],
  ] as const)('of %s is refused, and says nothing of the order', async (what, role) => {
    const [clerk, key] = [await api.person(role), randomUUID()];
    const act = await prepared(what);
    const first = await act(clerk.token, key);
    expect(first.status).toBe(201);
    expect(await act(clerk.token, key)).toMatchObject({ status: 201, text: first.text });
    const again = await act(await api.tokenFor(clerk, 'customer'), key);
    expect([403, 404]).toContain(again.status);
    expect(again.text).not.toContain(shopper.id);
    expect(again.text).not.toContain('1000');
    expect(replayed(again)).toBe(false);
  });

  it('of what was refused is refused for the right', async () => {
    const [clerk, key, order] = [await api.person('support'), randomUUID(), await placeMug()];
    const pay = (token: string) => api.pay({ ...clerk, token }, order, { amount: 1001 }, { key });
    expect(await pay(clerk.token)).toMatchObject(problem(409, 'amount_too_large'));
    expect(await pay(await api.tokenFor(clerk, 'customer'))).toMatchObject(problem(404, 'not_found'));
  });
});

describe('a key that was answered', () => {
  it('leaves no error in the log of PostgreSQL', async () => {
    const [key, order] = [randomUUID(), await placeMug()];
    const { token } = admin;
    const adjust = { token, key, body: { delta: 1, reason: 'found' } };
    const send = [
      () => api.place(shopper, [{ productId: mug.id, ...line }], { key }),
      () => api.pay(shopper, order, {}, { key }),
      () => api.post(`/v1/products/${mug.id}/stock-adjustments`, adjust),
      () => api.post(`/v1/orders/${order.id}/fulfillments`, { token, key }),
      () => api.post('/v1/users', { token, key, body: { email: `${key}@till.test`, name: 'Ada' } }),
      () =>
        api.post('/v1/products', {
          token,
          key,
          body: { sku: key, name: 'Cup', price: { amount: 1000, currency: 'EUR' } },
        }),
    ];
    for (const request of send) {
      const first = await request();
      expect(first.status).toBe(201);
      const again = await request();
      expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: first.text, replayed: true });
    }
    const log = await logOfPostgres();
    expect(log).toContain('database system is ready');
    expect(log).not.toContain(key);
  });
});

/** The next call is lost on its way to the provider, so that nobody knows its outcome. */
function loseCall(): void {
  vi.spyOn(api.app.get(SandboxProvider, { strict: false }), 'send').mockResolvedValueOnce({ state: 'unknown' });
}

/** What captures and refunds under way have set aside of a payment. */
async function pendingOf(payment: string): Promise<number> {
  const [row] = await api.sql('SELECT (capture_pending + refund_pending)::int AS pending FROM payments WHERE id = $1', [
    decodeId('pay', payment),
  ]);
  return Number(row!.pending);
}

/** A request of each kind, for the shopper's own order. */
async function prepared(what: string): Promise<(token: string, key: string) => Promise<Answer<unknown>>> {
  const order = await placeMug();
  if (what === 'placing' || what === 'checking out') {
    const payment = what === 'placing' ? {} : { payment: { paymentMethod: 'pm_ok' } };
    const body = { customerId: shopper.id, lines: [{ productId: mug.id, ...line }], ...payment };
    return (token, key) => api.post('/v1/orders', { token, key, body });
  }
  if (what === 'cancelling') return (token, key) => api.post(`/v1/orders/${order.id}/cancellation`, { token, key });
  if (what === 'paying') return (token, key) => api.pay({ ...shopper, token }, order, {}, { key });
  const { body: payment } = await api.pay(shopper, order, { ...(what === 'capturing' && { capture: 'manual' }) });
  if (what === 'fulfilling') return (token, key) => api.post(`/v1/orders/${order.id}/fulfillments`, { token, key });
  const route = what === 'capturing' ? 'captures' : 'refunds';
  return (token, key) => api.post(`/v1/payments/${payment.id}/${route}`, { token, key });
}

async function logOfPostgres(): Promise<string> {
  const [row] = await api.sql(`SELECT pg_read_file(current_setting('data_directory') || '/till.log') AS log`);
  return String(row?.log);
}
