import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OrderBody } from '../../support/bodies.js';
import type { Answer } from '../../support/http-client.js';
import { admin, api, mug, scenario, shopper } from '../../support/scenario.js';

scenario({ people: ['shopper', 'admin'], mugs: 1000, unchecked: true });

const line = (quantity = 1) => ({ productId: mug.id, quantity });
const order = (key: string | null, quantity = 1, person = shopper) => api.place(person, [line(quantity)], { key });
const cancel = ({ id }: { id: string }, key: string | null, body: object = {}) =>
  api.post<OrderBody>(`/v1/orders/${id}/cancellation`, { token: shopper.token, key, body });
const isReplayOf = (first: Answer<unknown>) => ({ status: first.status, text: first.text });
const replayed = ({ headers }: Answer<unknown>) => headers.get('idempotent-replayed') === 'true';
const problem = (status: number, code: string) => ({ status, body: { status, code } });

const attempts = () => api.sql('SELECT count(*)::int AS n FROM payment_attempts');

describe('the same key and body', () => {
  it('gets the first answer byte for byte, and says so', async () => {
    const key = randomUUID();
    const first = await order(key);
    expect(replayed(first)).toBe(false);
    const again = await order(key);
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(replayed(again)).toBe(true);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  });

  it('is the same whatever the order of members and the white space between them', async () => {
    const key = randomUUID();
    const send = (body: string) => api.post('/v1/orders', { token: shopper.token, key, body });
    const first = await send(JSON.stringify({ lines: [line()], metadata: { a: 1, b: 2 } }));
    const { productId, quantity } = line();
    const other = { metadata: { b: 2, a: 1 }, lines: [{ quantity, productId }] };
    const again = await send(JSON.stringify(other, null, 2));
    expect(again).toMatchObject({ status: 201, text: first.text });
  });

  it('is the same with the key quoted', async () => {
    const key = randomUUID();
    const first = await order(key);
    expect(await order(`"${key}"`)).toMatchObject(isReplayOf(first));
  });

  it('gets its refusal again, and nothing comes of it, when what was refused has become possible', async () => {
    const [paying, refunding] = [randomUUID(), randomUUID()];
    const { body: placed } = await order(randomUUID());
    const { body: payment } = await api.pay(shopper, placed, { capture: 'manual' });
    const refused = await api.pay(shopper, placed, {}, { key: paying });
    expect(refused).toMatchObject(problem(409, 'order_not_payable'));
    const tooEarly = await api.refund(admin, payment, {}, { key: refunding });
    expect(tooEarly).toMatchObject(problem(409, 'invalid_transition'));
    await api.post(`/v1/payments/${payment.id}/captures`, { token: admin.token, body: { amount: 400 } });
    await api.post(`/v1/payments/${payment.id}/cancellation`, { token: admin.token });

    const before = await attempts();
    expect(await api.pay(shopper, placed, {}, { key: paying })).toMatchObject(isReplayOf(refused));
    expect(await api.refund(admin, payment, {}, { key: refunding })).toMatchObject(isReplayOf(tooEarly));
    expect(await attempts()).toEqual(before);
  });

  it('gets the first answer also after the resource has changed', async () => {
    const [placing, paying, cancelling] = [randomUUID(), randomUUID(), randomUUID()];
    const placed = await order(placing);
    const paid = await api.pay(shopper, placed.body, {}, { key: paying });
    await api.refund(admin, paid.body);
    const cancelled = await cancel(placed.body, cancelling);
    expect(cancelled.status).toBe(201);

    expect(await order(placing)).toMatchObject(isReplayOf(placed));
    expect(await api.pay(shopper, placed.body, {}, { key: paying })).toMatchObject(isReplayOf(paid));
    expect(await cancel(placed.body, cancelling)).toMatchObject(isReplayOf(cancelled));
    expect(await api.orderOf(placed.body)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
  });

  it('gets the first answer also when the stock is gone and the product archived', async () => {
    const [last, key] = [await api.product(1), randomUUID()];
    const lines = [{ productId: last.id, quantity: 1 }];
    const first = await api.place(shopper, lines, { key });
    expect(first.status).toBe(201);
    expect(await api.place(shopper, lines, { key })).toMatchObject(isReplayOf(first));
    await api.request(`DELETE /v1/products/${last.id}`, { token: admin.token });
    expect(await api.place(shopper, lines, { key })).toMatchObject(isReplayOf(first));
    expect(await api.stockOf(last)).toMatchObject({ reserved: 1 });
  });

  it('gets a stored refusal of a payment and of a refund again', async () => {
    const { body: placed } = await order(randomUUID());
    const tooMuch = () => api.pay(shopper, placed, { amount: 1001 }, { key: 'pay-too-much' });
    const first = await tooMuch();
    expect(first).toMatchObject(problem(409, 'amount_too_large'));
    expect(await tooMuch()).toMatchObject(isReplayOf(first));

    const { body: payment } = await api.pay(shopper, placed, { paymentMethod: 'pm_declined' });
    const nothing = () => api.refund(admin, payment, {}, { key: 'nothing-to-refund' });
    const refused = await nothing();
    expect(refused).toMatchObject(problem(409, 'invalid_transition'));
    expect(await nothing()).toMatchObject(isReplayOf(refused));
  });

  it('is answered while the first one runs: it waits, or is told to come back', async () => {
    const key = randomUUID();
    const answers = await Promise.all([order(key), order(key), order(key)]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(replayed)).toHaveLength(2);
  });
});

describe('the same key', () => {
  it('with another body is refused, whether the first was a success or a conflict', async () => {
    const [won, lost] = [randomUUID(), randomUUID()];
    const { body: placed } = await order(won, 1);
    expect(await order(won, 2)).toMatchObject(problem(422, 'idempotency_key_reused'));
    const refused = await api.pay(shopper, placed, { amount: 5000 }, { key: lost });
    expect(refused).toMatchObject(problem(409, 'amount_too_large'));
    expect(await api.pay(shopper, placed, {}, { key: lost })).toMatchObject(problem(422, 'idempotency_key_reused'));
  });

  it('with another order, payment or amount is refused before any money moves', async () => {
    const orders = await Promise.all([order(randomUUID(), 2), order(randomUUID(), 2)]);
    const [one, two] = orders.map(({ body }) => body) as [OrderBody, OrderBody];
    const paid = await api.pay(shopper, one, { amount: 500 }, { key: 'one-payment' });
    expect(paid.status).toBe(201);
    const reused = problem(422, 'idempotency_key_reused');
    expect(await api.pay(shopper, two, { amount: 500 }, { key: 'one-payment' })).toMatchObject(reused);
    expect(await api.pay(shopper, one, { amount: 501 }, { key: 'one-payment' })).toMatchObject(reused);
    await api.refund(admin, paid.body, { amount: 1 }, { key: 'one-refund' });
    expect(await api.refund(admin, paid.body, { amount: 2 }, { key: 'one-refund' })).toMatchObject(reused);
    expect(await api.orderOf(two)).toMatchObject({ paymentStatus: 'unpaid' });
    expect(await api.paymentOf(paid.body)).toMatchObject({ capturedAmount: 500, refundedAmount: 1 });
  });

  it('of another caller or on another route is another request', async () => {
    const [key, other] = [randomUUID(), await api.person()];
    const [mine, theirs] = [await order(key), await order(key, 1, other)];
    expect(theirs).toMatchObject({ status: 201, body: { customerId: other.id } });
    const paid = await api.pay(shopper, mine.body, {}, { key });
    expect(paid).toMatchObject({ status: 201, body: { orderId: mine.body.id } });
    expect(await cancel(mine.body, key)).toMatchObject({ status: 201, body: { status: 'cancelled' } });
    expect([mine, theirs, paid].some(replayed)).toBe(false);
  });

  it('is free again after what fails validation, permission or existence', async () => {
    const [key, stranger] = [randomUUID(), await api.person()];
    expect(await order(key, -1)).toMatchObject(problem(400, 'validation_failed'));
    const overriding = api.place(shopper, [{ ...line(), unitPrice: 1 }], { key });
    expect(await overriding).toMatchObject(problem(403, 'forbidden'));
    expect(await api.place({ id: '', token: 'none' }, [line()], { key })).toMatchObject({ status: 401 });
    const placed = await order(key);
    expect(placed.status).toBe(201);
    expect(replayed(placed)).toBe(false);
    expect((await api.pay(stranger, placed.body, {}, { key })).status).toBe(404);
    expect((await api.pay(shopper, placed.body, { provider: 'acme' }, { key })).status).toBe(400);
    expect((await api.pay(shopper, placed.body, {}, { key })).status).toBe(201);
  });
});

describe('a key', () => {
  it('is required where money or stock moves', async () => {
    const { body: placed } = await order(randomUUID());
    const { body: payment } = await api.pay(shopper, placed, { amount: 1 });
    const without = { token: admin.token, key: null };
    const refusals = await Promise.all([
      api.post('/v1/orders', { ...without, body: { lines: [line()] } }),
      api.post(`/v1/orders/${placed.id}/payments`, { ...without, body: { paymentMethod: 'pm_ok' } }),
      api.post(`/v1/orders/${placed.id}/cancellation`, without),
      api.post(`/v1/orders/${placed.id}/fulfillments`, without),
      api.post(`/v1/payments/${payment.id}/refunds`, without),
      api.post(`/v1/products/${mug.id}/stock-adjustments`, { ...without, body: { delta: 1, reason: 'found' } }),
    ]);
    for (const refusal of refusals) expect(refusal).toMatchObject(problem(400, 'idempotency_key_missing'));
  });

  it.each(['', '   ', '""', 'x'.repeat(256), 'café', 'tab\there'])('can not be %j', async (key) => {
    expect(await order(key)).toMatchObject({ status: 400, body: { code: expect.stringMatching(/^idempotency_key_/) } });
  });

  it.each(['x'.repeat(255), '!', '~ with spaces ~', String.raw`"quoted \" and \\"`])('can be %j', async (key) => {
    const first = await order(key);
    expect(first.status).toBe(201);
    expect(await order(key)).toMatchObject(isReplayOf(first));
  });
});
