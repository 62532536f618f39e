import { describe, expect, it } from 'vitest';
import type { PageBody, PaymentBody } from '../../support/bodies.js';
import { api, conflict, place, scenario, shopper, statusesOf as axes, support } from '../../support/scenario.js';

scenario({ people: ['shopper', 'support'], mugs: 1000 });

describe('POST /v1/orders/:id/payments', () => {
  it('captures the whole amount with pm_ok, and confirms the order', async () => {
    const order = await place(2);
    const { status, body } = await api.pay(shopper, order);
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^pay_[0-9a-z]{26}$/) as string,
        orderId: order.id,
        provider: 'sandbox',
        status: 'captured',
        currency: 'EUR',
        amount: 2000,
        authorizedAmount: 2000,
        capturedAmount: 2000,
        refundedAmount: 0,
        capture: 'automatic',
        statementDescriptor: null,
        nextAction: null,
        decline: null,
        createdAt: time,
        updatedAt: time,
      },
    });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', reservedUntil: null });
    expect(await api.paymentOf(body)).toEqual(body);
  });

  it.each([
    ['pm_declined', { code: 'card_declined', retryable: false }],
    ['pm_insufficient_funds', { code: 'insufficient_funds', retryable: true }],
    ['pm_nobody_knows', { code: 'invalid_payment_method', retryable: false }],
    ['__proto__', { code: 'invalid_payment_method', retryable: false }],
  ])('with %s makes a declined payment, and the order can still be paid', async (paymentMethod, decline) => {
    const order = await place();
    expect(await api.pay(shopper, order, { paymentMethod })).toMatchObject({
      status: 201,
      body: { status: 'declined', decline, amount: 1000, authorizedAmount: 0, capturedAmount: 0 },
    });
    expect(await axes(order)).toBe('pending unpaid');
    expect((await api.pay(shopper, order)).body).toMatchObject({ status: 'captured', amount: 1000 });
    expect(await axes(order)).toBe('confirmed paid');
  });

  it('takes the amount in parts; the last one confirms', async () => {
    const order = await place(3);
    expect((await api.pay(shopper, order, { amount: 1 })).body).toMatchObject({ status: 'captured', amount: 1 });
    expect(await axes(order)).toBe('pending partially_paid');
    await api.pay(shopper, order, { amount: 1999 });
    expect(await axes(order)).toBe('pending partially_paid');
    expect((await api.pay(shopper, order)).body).toMatchObject({ amount: 1000 });
    expect(await axes(order)).toBe('confirmed paid');
  });

  it('takes no more than is left, and nothing of a paid order', async () => {
    const order = await place(2);
    expect(await api.pay(shopper, order, { amount: 2001 })).toMatchObject(conflict('amount_too_large'));
    await api.pay(shopper, order, { amount: 500 });
    expect(await api.pay(shopper, order, { amount: 1501 })).toMatchObject(conflict('amount_too_large'));
    await api.pay(shopper, order, { amount: 1500 });
    expect(await api.pay(shopper, order)).toMatchObject(conflict('order_not_payable'));
    expect(await api.pay(shopper, order, { amount: 1 })).toMatchObject(conflict('order_not_payable'));
  });

  it('is for the customer and for support', async () => {
    const order = await place();
    expect((await api.pay(await api.person(), order)).status).toBe(404);
    expect((await api.pay(await api.person('finance'), order)).status).toBe(404);
    expect((await api.pay(support, order)).status).toBe(201);
  });

  it('knows the providers of this installation', async () => {
    expect(await api.pay(shopper, await place(), { provider: 'acme' })).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [expect.objectContaining({ pointer: '/provider' })] },
    });
  });

  it('keeps the payment method inside', async () => {
    const { text } = await api.pay(shopper, await place());
    expect(text).not.toContain('pm_ok');
  });
});

describe('reading payments', () => {
  it('shows a customer their own, staff all, strangers none', async () => {
    const [order, stranger] = [await place(), await api.person()];
    const declined = (await api.pay(shopper, order, { paymentMethod: 'pm_declined' })).body;
    const captured = (await api.pay(shopper, order)).body;
    const expected = { data: [captured, declined], nextCursor: null };
    for (const person of [shopper, support]) {
      expect((await api.get(`/v1/orders/${order.id}/payments`, person)).body).toEqual(expected);
    }
    expect((await api.get(`/v1/orders/${order.id}/payments`, stranger)).status).toBe(404);
    expect((await api.get(`/v1/payments/${captured.id}`, stranger)).status).toBe(404);
    expect((await api.get(`/v1/payments/${captured.id}/refunds`, stranger)).status).toBe(404);
    expect((await api.get('/v1/payments', stranger)).body).toEqual({ data: [], nextCursor: null });
    const own = await api.get<PageBody<PaymentBody>>('/v1/payments?limit=2', shopper);
    expect(own.body.data).toEqual([captured, declined]);
    const next = await api.get<PageBody<PaymentBody>>(`/v1/payments?cursor=${own.body.nextCursor}`, shopper);
    expect(next.body.data.map(({ id }) => id)).not.toContain(declined.id);
  });

  it('answers 304 until the payment changes', async () => {
    const { body } = await api.pay(shopper, await place());
    const read = (headers = {}) => api.get(`/v1/payments/${body.id}`, shopper, headers);
    const unchanged = { 'if-none-match': (await read()).headers.get('etag')! };
    expect((await read(unchanged)).status).toBe(304);
    await api.refund(await api.admin(), body, { amount: 1 });
    expect(await read(unchanged)).toMatchObject({ status: 200, body: { refundedAmount: 1 } });
  });

  it('shows the proof to those who may read the ledger', async () => {
    expect((await api.get('/v1/ledger/proof', await api.person('finance'))).status).toBe(200);
    expect((await api.get('/v1/ledger/proof', shopper)).status).toBe(403);
  });
});
