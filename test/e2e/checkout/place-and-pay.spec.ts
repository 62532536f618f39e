import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { decodeId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import { assertBooks } from '../../support/books.js';
import type { OrderBody, PageBody, ProductBody } from '../../support/bodies.js';
import { api, mug, scenario, shopper, support } from '../../support/scenario.js';

scenario({ asRole: 'running', people: ['shopper', 'support'], mugs: 1000 });

const lines = (quantity = 1, product = mug) => [{ productId: product.id, quantity }];
const descriptor = '/payment/statementDescriptor';
const CREDIT = { provider: 'store_credit', paymentMethod: 'store_credit' };
const paymentsOf = async (order: { id: string }) =>
  (await api.get<PageBody<unknown>>(`/v1/orders/${order.id}/payments`, shopper)).body.data;
const ordersOf = async ({ id }: Person) =>
  (await api.sql('SELECT status FROM orders WHERE customer_id = $1', [decodeId('usr', id)])).length;

const invalid = (pointer: string) => ({
  status: 400,
  body: { code: 'validation_failed', errors: [expect.objectContaining({ pointer })] },
});
const outcome = ({ status, body }: { status: number; body: unknown }) =>
  status < 300 ? '201' : `${status} ${(body as { code: string }).code}`;

const timelineOf = async ({ id }: { id: string }) => {
  const path = `/v1/orders/${id}/timeline`;
  const { data } = (await api.get<PageBody<{ type: string }>>(path, shopper)).body;
  return data.map(({ type }) => type);
};

describe('POST /v1/orders with a payment', () => {
  it('answers the confirmed order with its payment, as both are read afterwards', async () => {
    const given = { shippingAddress: { city: 'Ulm' }, metadata: { channel: 'web' } };
    const { status, body } = await api.checkOut(shopper, lines(2), {}, { given });
    expect(status).toBe(201);
    const { payment, ...order } = body;
    expect(order).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'paid',
      total: 2000,
      reservedUntil: null,
      ...given,
    });
    expect(payment).toMatchObject({ orderId: order.id, status: 'captured', amount: 2000, capturedAmount: 2000 });
    expect(order).toEqual(await api.orderOf(body));
    expect(await paymentsOf(body)).toEqual([payment]);
  });

  it('leaves the same events as two requests', async () => {
    const { body: placed } = await api.place(shopper, lines());
    await api.pay(shopper, placed);
    const { body: checkedOut } = await api.checkOut(shopper, lines());
    expect(await timelineOf(checkedOut)).toEqual(await timelineOf(placed));
    expect(await timelineOf(checkedOut)).toEqual(expect.arrayContaining(['order.placed', 'payment.captured']));
  });

  it.each([
    ['pm_declined', { status: 'declined', decline: { code: 'card_declined', retryable: false } }],
    ['pm_requires_action', { status: 'requires_action', nextAction: { type: 'redirect' } }],
    ['pm_pending', { status: 'processing', capturedAmount: 0 }],
  ])('leaves an order that is still to be paid, and its stock reserved, with %s', async (paymentMethod, payment) => {
    const scarce = await api.product(1);
    const { status, body } = await api.checkOut(shopper, lines(1, scarce), { paymentMethod });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { status: 'pending', paymentStatus: 'unpaid', payment },
    });
    expect(await api.orderOf(body)).toMatchObject({ status: 'pending', version: body.version });
    expect(await api.stockOf(scarce)).toMatchObject({ reserved: 1 });
  });

  it('can be paid otherwise once it is declined', async () => {
    const { body: order } = await api.checkOut(shopper, lines(), { paymentMethod: 'pm_declined' });
    expect(await api.pay(shopper, order)).toMatchObject({ status: 201, body: { status: 'captured' } });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed' });
  });

  it('takes a part, and leaves the rest to another payment', async () => {
    const { body: order } = await api.checkOut(shopper, lines(2), { amount: 1500 });
    expect(order).toMatchObject({ status: 'pending', paymentStatus: 'partially_paid', payment: { amount: 1500 } });
    expect((await api.pay(shopper, order)).body).toMatchObject({ amount: 500 });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('spends store credit, and declines what there is not enough of', async () => {
    const { token } = await api.admin();
    const body = { amount: 1500, currency: 'EUR', reason: 'late parcel' };
    await api.post(`/v1/users/${shopper.id}/store-credit-grants`, { token, body });
    const paid = await api.checkOut(shopper, lines(), CREDIT);
    expect(paid.body).toMatchObject({ status: 'confirmed', payment: { provider: 'store_credit', status: 'captured' } });
    const declined = await api.checkOut(shopper, lines(), CREDIT);
    const payment = { status: 'declined', decline: { code: 'insufficient_store_credit' } };
    expect(declined).toMatchObject({ status: 201, body: { status: 'pending', payment } });
  });

  it('takes what a payment of its own takes', async () => {
    const { body } = await api.checkOut(shopper, lines(), { provider: 'sandbox', statementDescriptor: 'MUGS' });
    expect(body.payment).toMatchObject({ status: 'captured', provider: 'sandbox', statementDescriptor: 'MUGS' });
  });

  it('shows lines that were cancelled while the provider was asked', async () => {
    const sandbox = api.app.get(SandboxProvider, { strict: false });
    const send = sandbox.send.bind(sandbox);
    vi.spyOn(sandbox, 'send').mockImplementationOnce(async (attempt, signal) => {
      const { data } = (await api.get<PageBody<OrderBody>>('/v1/orders?limit=1', shopper)).body;
      const [order] = data;
      const cancelled = [{ lineId: order!.lines[0]!.id, quantity: 1 }];
      await api.post(`/v1/orders/${order!.id}/cancellation`, { token: shopper.token, body: { lines: cancelled } });
      return send(attempt, signal);
    });
    const { payment, ...order } = (await api.checkOut(shopper, lines(3))).body;
    expect(order).toMatchObject({ total: 2000, lines: [{ quantity: 3, cancelledQuantity: 1 }] });
    expect(payment).toMatchObject({ status: 'captured', capturedAmount: 3000 });
    expect(order).toEqual(await api.orderOf(order));
  });
});

describe('An order that costs nothing', () => {
  it('is confirmed without a payment', async () => {
    const gift = await api.product(1, { price: { amount: 0, currency: 'EUR' } });
    const { status, body } = await api.checkOut(shopper, lines(1, gift));
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'confirmed', total: 0, payment: null } });
    expect(await paymentsOf(body)).toEqual([]);
  });

  it('is not placed for an amount', async () => {
    const gift = await api.product(1, { price: { amount: 0, currency: 'EUR' } });
    const refused = await api.checkOut(shopper, lines(1, gift), { amount: 1 });
    const detail = expect.stringContaining('It costs nothing.') as string;
    expect(refused).toMatchObject({ status: 409, body: { code: 'order_not_payable', detail } });
    expect(await api.stockOf(gift)).toMatchObject({ reserved: 0 });
  });
});

describe('What is refused leaves neither order nor payment', () => {
  it.each([
    ['a provider that is not here', { provider: 'acme' }, invalid('/payment/provider')],
    ['a capture mode', { capture: 'manual' }, invalid('/payment/capture')],
    ['no payment method', { paymentMethod: '' }, invalid('/payment/paymentMethod')],
    ['nothing as the amount', { amount: 0 }, invalid('/payment/amount')],
    ['a card for store credit', { ...CREDIT, paymentMethod: 'pm_ok' }, invalid('/payment/paymentMethod')],
    ['a name on a statement that there is none of', { ...CREDIT, statementDescriptor: 'MUGS' }, invalid(descriptor)],
    ['more than the order costs', { amount: 1001 }, { status: 409, body: { code: 'amount_too_large' } }],
  ])('%s', async (_, payment, refusal) => {
    const buyer = await api.person();
    expect(await api.checkOut(buyer, lines(), payment)).toMatchObject(refusal);
    expect(await ordersOf(buyer)).toBe(0);
  });

  it('goods that are not there', async () => {
    const [buyer, soldOut] = await Promise.all([api.person(), api.product(0)]);
    const refused = await api.checkOut(buyer, lines(1, soldOut));
    expect(refused).toMatchObject({ status: 409, body: { code: 'insufficient_stock' } });
    expect(await ordersOf(buyer)).toBe(0);
  });

  it('a payment that is null', async () => {
    const body = { lines: lines(), payment: null };
    expect(await api.post('/v1/orders', { token: shopper.token, body })).toMatchObject(invalid('/payment'));
  });
});

describe('Who pays for whom', () => {
  it('is the customer, or staff that may take payments', async () => {
    const given = { customerId: shopper.id };
    const paid = await api.checkOut(support, lines(), {}, { given });
    expect(paid).toMatchObject({ status: 201, body: { customerId: shopper.id, payment: { status: 'captured' } } });
    const stranger = await api.person();
    expect(await api.checkOut(stranger, lines(), {}, { given })).toMatchObject({ status: 403 });
  });
});

describe('The quotas of a customer', () => {
  let strict: Api;
  let plate: ProductBody;
  beforeAll(async () => {
    strict = await startApi({ QUOTA_UNPAID_ORDERS: '6', QUOTA_DECLINES_PER_HOUR: '4' });
    plate = await strict.product(100);
  });
  afterAll(async () => {
    await assertBooks(strict);
    await strict?.close();
  });
  it('count declined payments over all orders, also at the same moment', async () => {
    const thief = await strict.person();
    const tries = Array.from({ length: 8 }, () =>
      strict.checkOut(thief, lines(1, plate), { paymentMethod: 'pm_declined' }),
    );
    const answers = (await Promise.all(tries)).map(outcome).toSorted();
    expect(answers).toEqual([...Array<string>(4).fill('201'), ...Array<string>(4).fill('429 too_many_declines')]);
    expect(await strict.stockOf(plate)).toMatchObject({ reserved: 4 });
  });

  it('count unpaid orders', async () => {
    const buyer = await strict.person();
    for (let n = 0; n < 6; n++) await strict.place(buyer, lines(1, plate));
    expect(outcome(await strict.checkOut(buyer, lines(1, plate)))).toBe('409 too_many_unpaid_orders');
  });
});

describe('A short reservation', () => {
  it('lasts while the provider is asked', async () => {
    const hasty = await startApi({ ORDER_RESERVATION_SECONDS: '10' });
    try {
      const [buyer, plate] = await Promise.all([hasty.person(), hasty.product(1)]);
      const sandbox = hasty.app.get(SandboxProvider, { strict: false });
      const send = sandbox.send.bind(sandbox);
      let held: unknown;
      vi.spyOn(sandbox, 'send').mockImplementationOnce(async (attempt, signal) => {
        [held] = await hasty.sql('SELECT extract(epoch FROM reserved_until - created_at)::int AS seconds FROM orders');
        return send(attempt, signal);
      });
      const { body } = await hasty.checkOut(buyer, lines(1, plate), { paymentMethod: 'pm_declined' });
      expect(held).toEqual({ seconds: 120 });
      expect(Date.parse(body.reservedUntil!) - Date.parse(body.createdAt)).toBeLessThan(20_000);
      expect(body).toMatchObject({ status: 'pending', payment: { status: 'declined' } });
    } finally {
      await hasty.close();
    }
  });
});

describe('A shop that captures by hand', () => {
  it('confirms the order once its money is authorised', async () => {
    const manual = await startApi({ CAPTURE_MODE: 'manual' });
    try {
      const [buyer, plate] = await Promise.all([manual.person(), manual.product(1)]);
      const { body } = await manual.checkOut(buyer, lines(1, plate));
      const payment = { status: 'authorized', capture: 'manual', authorizedAmount: 1000, capturedAmount: 0 };
      expect(body).toMatchObject({ status: 'confirmed', paymentStatus: 'authorized', payment });
    } finally {
      await manual.close();
    }
  });
});
