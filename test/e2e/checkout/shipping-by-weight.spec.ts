import { beforeAll, describe, expect, it } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';

scenario({ people: ['shopper', 'admin'] });

interface Method {
  readonly id: string;
}

const price = { price: { amount: 1000, currency: 'GBP' } };
let mug: ProductBody;
let feather: ProductBody;
let vase: ProductBody;
let method: Method;

beforeAll(async () => {
  mug = await api.product(1000, { ...price, weight: 340 });
  feather = await api.product(1000, { ...price, weight: 0 });
  vase = await api.product(1000, price);
  method = await make({ name: 'Parcel', ratedBy: 'weight', rates: [{ from: 1000, price: 700 }] });
});

const make = async (body: object): Promise<Method> => {
  const given = { currency: 'GBP', price: 499, ...body };
  const made = await api.post<Method>('/v1/shipping-methods', { token: admin.token, body: given, key: null });
  expect(made).toMatchObject({ status: 201, body });
  return made.body;
};
const line = ({ id }: ProductBody, quantity: number) => ({ productId: id, quantity });
const place = (...lines: readonly object[]) => api.place(shopper, lines, { given: { shippingMethod: method.id } });
const quote = (lines: readonly object[], given: object = {}) =>
  api.post<Record<string, unknown>>('/v1/quotes', { token: shopper.token, body: { lines, ...given }, key: null });
const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));
const optionsOf = async (...lines: readonly object[]) => {
  const { shippingOptions = [] } = (await quote(lines)).body as { shippingOptions?: { methodId: string }[] };
  return shippingOptions.find(({ methodId }) => methodId === method.id);
};

describe('A shipping method by weight', () => {
  it('costs what all pieces weigh, in a quote as in the order, and is an option at that price', async () => {
    for (const [lines, amount] of [
      [[line(mug, 2), line(feather, 9)], 499],
      [[line(mug, 2), line(mug, 1), line(feather, 1)], 700],
    ] as const) {
      const { shippingOptions, ...quoted } = (await quote(lines, { shippingMethod: method.id })).body;
      const placed = await place(...lines);
      expect(placed).toMatchObject({ status: 201, body: { charges: [{ amount, methodId: method.id }] } });
      expect(JSON.stringify(quoted)).toBe(quotedPart(placed.body));
      expect(shippingOptions).toMatchObject([{ methodId: method.id, price: amount }]);
    }
  });

  it('does not ship a product without a weight, and names it', async () => {
    const lines = [line(mug, 1), line(vase, 1)];
    const message = `goes by weight, but product "${vase.sku}" has none`;
    const errors = [{ pointer: '/shippingMethod', code: 'shipping_unavailable', message }];
    const refused = { status: 409, body: { code: 'shipping_unavailable', errors } };
    expect(await place(...lines)).toMatchObject(refused);
    expect(await quote(lines, { shippingMethod: method.id })).toMatchObject(refused);
    expect(await optionsOf(...lines)).toBeUndefined();
    expect(await optionsOf(line(mug, 1))).toMatchObject({ price: 499 });
    expect(await api.stockOf(vase)).toMatchObject({ reserved: 0 });
  });

  it('is the only one that asks for weights', async () => {
    const flat = await make({ name: 'Van' });
    const placed = await api.place(shopper, [line(vase, 1)], { given: { shippingMethod: flat.id } });
    expect(placed).toMatchObject({ status: 201, body: { total: 1499 } });
  });

  it('is not had for less by cancelling pieces', async () => {
    const placed = await place(line(mug, 3), line(feather, 1));
    const body = { lines: [{ lineId: placed.body.lines[0]!.id, quantity: 1 }] };
    const cancelled = await api.post(`/v1/orders/${placed.body.id}/cancellation`, { token: shopper.token, body });
    expect(cancelled).toMatchObject(conflict('order_discounted'));
  });

  it('is one of three that the database knows', async () => {
    const update = `UPDATE shipping_methods SET rated_by = 'volume' WHERE id = $1`;
    await expect(api.sql(update, [decodeId('shm', method.id)])).rejects.toMatchObject({
      constraint: 'shipping_methods_rated_by_check',
    });
  });
});
