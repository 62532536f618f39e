import { describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type { OrderBody, ProblemBody } from '../../support/bodies.js';
import { api, scenario, shopper, support } from '../../support/scenario.js';

scenario({ people: ['shopper', 'support'], unchecked: true });

const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_[0-9a-z]{26}$`)) as string;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
const problemAt = (status: number, code: string, pointer: string) => ({
  status,
  body: { code, errors: [expect.objectContaining({ pointer })] },
});

describe('POST /v1/orders', () => {
  it('answers the order as the design draws it, member by member', async () => {
    const mug = await api.product(10, { sku: 'MUG-1', name: 'Mug, red' });
    const given = { shippingAddress: { city: 'Köln' }, metadata: { channel: 'web' } };
    const { status, text, body } = await api.place(shopper, [{ productId: mug.id, quantity: 3 }], { given });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: id('ord'),
        number: expect.any(Number),
        customerId: shopper.id,
        currency: 'EUR',
        status: 'pending',
        paymentStatus: 'unpaid',
        fulfillmentStatus: 'unfulfilled',
        lines: [
          {
            id: id('lin'),
            productId: mug.id,
            sku: 'MUG-1',
            name: 'Mug, red',
            quantity: 3,
            unitPrice: 1000,
            total: 3000,
            fulfilledQuantity: 0,
            cancelledQuantity: 0,
          },
        ],
        total: 3000,
        reservedUntil: time,
        ...given,
        version: 1,
        createdAt: time,
        updatedAt: time,
      },
    });
    expect(JSON.parse(text)).toEqual((await api.get(`/v1/orders/${body.id}`, shopper)).body);
  });

  it('numbers orders upwards and holds their stock for 15 minutes', async () => {
    const lines = [{ productId: (await api.product()).id, quantity: 1 }];
    const [first, second] = [await api.place(shopper, lines), await api.place(shopper, lines)];
    expect(second.body.number).toBeGreaterThan(first.body.number);
    const { createdAt, reservedUntil } = first.body;
    expect(Date.parse(reservedUntil!) - Date.parse(createdAt)).toBe(900_000);
  });

  it('reserves the pieces, and none at all when one line falls short', async () => {
    const [mug, plate] = [await api.product(5), await api.product(2)];
    const enough = [mug, plate].map((product) => ({ productId: product.id, quantity: 2 }));
    expect((await api.place(shopper, enough)).status).toBe(201);
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect(await api.place(shopper, enough)).toMatchObject(problemAt(409, 'insufficient_stock', '/lines/1/quantity'));
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect(await api.stockOf(plate)).toEqual({ onHand: 2, reserved: 2, available: 0 });
  });

  it('counts two lines of one product together', async () => {
    const mug = await api.product(5);
    const twice = (quantity: number) => [mug, mug].map(({ id }) => ({ productId: id, quantity }));
    const refused = await api.place(shopper, twice(3));
    expect(refused.status).toBe(409);
    expect((refused.body as unknown as ProblemBody).errors?.map(({ pointer }) => pointer)).toEqual([
      '/lines/0/quantity',
      '/lines/1/quantity',
    ]);
    expect(await api.place(shopper, twice(2))).toMatchObject({ status: 201, body: { total: 4000 } });
    expect(await api.stockOf(mug)).toEqual({ onHand: 5, reserved: 4, available: 1 });
  });

  it('keeps the price and the name of that moment', async () => {
    const mug = await api.product();
    const { body } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    const change = { name: 'Cup', price: { amount: 5, currency: 'EUR' } };
    const { token } = await api.admin();
    expect((await api.request(`PATCH /v1/products/${mug.id}`, { token, body: change })).status).toBe(200);
    expect(await api.orderOf(body)).toEqual(body);
    const later = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    expect(later.body).toMatchObject({ total: 5, lines: [{ name: 'Cup', unitPrice: 5 }] });
  });

  it('confirms an order that costs nothing at once: it is paid', async () => {
    const gift = await api.product(1, { price: { amount: 0, currency: 'EUR' } });
    const { body } = await api.place(shopper, [{ productId: gift.id, quantity: 1 }]);
    expect(body).toMatchObject({ total: 0, status: 'confirmed', paymentStatus: 'paid', reservedUntil: null });
    const events = await api.sql('SELECT type FROM events WHERE order_id = $1 ORDER BY id', [body.id]);
    expect(events).toEqual([{ type: 'order.placed' }, { type: 'order.confirmed' }]);
    expect((await api.pay(shopper, body)).status).toBe(409);
  });

  it('takes an order up to 999,999,999,999 minor units and none beyond', async () => {
    const gold = await api.product(10, { price: { amount: 999_999_999_999, currency: 'EUR' } });
    const order = (quantity: number) => api.place(shopper, [{ productId: gold.id, quantity }]);
    expect(await order(2)).toMatchObject({ status: 409, body: { code: 'amount_too_large' } });
    expect(await order(1)).toMatchObject({ status: 201, body: { total: 999_999_999_999 } });
  });
});

const line = (productId: string) => [{ productId, quantity: 1 }];

describe('what a line may name', () => {
  it('refuses products that are archived, unknown or in another currency, and says which', async () => {
    const [sold, yen] = [await api.product(), await api.product(5, { price: { amount: 100, currency: 'JPY' } })];
    const archived = await api.product();
    const { token } = await api.admin();
    expect((await api.request(`DELETE /v1/products/${archived.id}`, { token })).status).toBeLessThan(300);
    const unknown = encodeId('prd', newId<'prd'>());
    const lines = [sold.id, archived.id, unknown, yen.id].flatMap(line);
    const { status, body } = await api.place(shopper, lines, { given: { currency: 'EUR' } });
    expect(status).toBe(409);
    const { code, errors } = body as unknown as ProblemBody;
    expect(code).toBe('product_unavailable');
    expect(errors?.map(({ pointer }) => pointer)).toEqual([1, 2, 3].map((n) => `/lines/${n}/productId`));
    expect(await api.stockOf(sold)).toMatchObject({ reserved: 0 });
  });

  it('takes the currency of the products, unless another one is asked for', async () => {
    const yen = await api.product(5, { price: { amount: 100, currency: 'JPY' } });
    expect(await api.place(shopper, line(yen.id))).toMatchObject({ status: 201, body: { currency: 'JPY' } });
    const wrong = await api.place(shopper, line(yen.id), { given: { currency: 'EUR' } });
    expect(wrong).toMatchObject(problemAt(409, 'product_unavailable', '/lines/0/productId'));
  });
});

describe('who may ask for what', () => {
  it('lets only callers with orders:override_price set a price', async () => {
    const lines = [{ productId: (await api.product()).id, quantity: 2, unitPrice: 1 }];
    for (const person of [shopper, support]) {
      expect(await api.place(person, lines)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    const { body } = await api.place(await api.admin(), lines);
    expect(body).toMatchObject({ total: 2, lines: [{ unitPrice: 1, total: 2 }] });
  });

  it('lets only callers with orders:write order for somebody else', async () => {
    const lines = [{ productId: (await api.product()).id, quantity: 1 }];
    const { id: customerId } = await api.person();
    expect((await api.place(shopper, lines, { given: { customerId } })).status).toBe(403);
    expect((await api.place(shopper, lines, { given: { customerId: shopper.id } })).status).toBe(201);
    const placed = await api.place(support, lines, { given: { customerId } });
    expect(placed).toMatchObject({ status: 201, body: { customerId } satisfies Partial<OrderBody> });
  });

  it('knows no customer that does not exist', async () => {
    const mug = await api.product();
    const given = { customerId: encodeId('usr', newId<'usr'>()) };
    const refused = await api.place(support, [{ productId: mug.id, quantity: 1 }], { given });
    expect(refused).toMatchObject(problemAt(400, 'validation_failed', '/customerId'));
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 0 });
  });

  it('needs somebody signed in', async () => {
    const lines = [{ productId: (await api.product()).id, quantity: 1 }];
    expect((await api.post('/v1/orders', { body: { lines } })).status).toBe(401);
  });
});
