import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import { assertBooks } from '../../support/books.js';
import type { ProductBody } from '../../support/bodies.js';
import type { Answer } from '../../support/http-client.js';

let api: Api;
beforeAll(async () => {
  api = await startApi({
    QUOTA_UNPAID_ORDERS: '3',
    QUOTA_UNPAID_PIECES: '5',
    QUOTA_DECLINES_PER_ORDER: '4',
    QUOTA_DECLINES_PER_HOUR: '6',
  });
});
afterEach(() => assertBooks(api));
afterAll(() => api?.close());

const times = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));
const outcomes = (answers: readonly Answer<unknown>[]) =>
  answers
    .map(({ status, body }) => (status < 300 ? String(status) : `${status} ${(body as { code?: string }).code}`))
    .toSorted();
const repeat = (count: number, outcome: string) => Array.from({ length: count }, () => outcome);
const line = ({ id }: ProductBody, quantity = 1) => ({ productId: id, quantity });
const uuid = ({ id }: Person) => decodeId('usr', id);

describe('Unpaid orders of one customer', () => {
  it('are three at once, however many are asked for at the same moment', async () => {
    const [mug, shopper] = await Promise.all([api.product(100), api.person()]);
    const answers = await times(30, () => api.place(shopper, [line(mug)]));
    expect(outcomes(answers)).toEqual([...repeat(3, '201'), ...repeat(27, '409 too_many_unpaid_orders')]);
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 3 });
  });

  it('make room for another by being paid, cancelled or without a price', async () => {
    const [mug, gift, shopper] = await Promise.all([
      api.product(100),
      api.product(100, { price: { amount: 0, currency: 'EUR' } }),
      api.person(),
    ]);
    const [first, second] = await times(3, () => api.place(shopper, [line(mug)]));
    const place = async (product: ProductBody) => outcomes([await api.place(shopper, [line(product)])]);
    expect(await place(mug)).toEqual(['409 too_many_unpaid_orders']);
    await api.pay(shopper, first!.body);
    expect(await place(mug)).toEqual(['201']);
    expect(await place(mug)).toEqual(['409 too_many_unpaid_orders']);
    await api.post(`/v1/orders/${second!.body.id}/cancellation`, { token: shopper.token });
    expect(await place(gift)).toEqual(['201']);
    expect(await place(mug)).toEqual(['201']);
  });

  it('hold five pieces of a product, in one order or in several at the same moment', async () => {
    const [mug, plate, shopper] = await Promise.all([api.product(100), api.product(100), api.person()]);
    expect(outcomes([await api.place(shopper, [line(mug, 6)])])).toEqual(['409 too_many_pieces_held']);
    expect(outcomes([await api.place(shopper, [line(mug, 3), line(mug, 3)])])).toEqual(['409 too_many_pieces_held']);
    const answers = await times(8, () => api.place(shopper, [line(mug, 3), line(plate, 1)]));
    expect(outcomes(answers)).toEqual(['201', ...repeat(7, '409 too_many_pieces_held')]);
    expect(outcomes([await api.place(shopper, [line(mug, 2), line(plate, 4)])])).toEqual(['201']);
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 5 });
  });

  it('do not hold what was cancelled of them', async () => {
    const [mug, shopper] = await Promise.all([api.product(100), api.person()]);
    const { body: order } = await api.place(shopper, [line(mug, 4)]);
    expect(outcomes([await api.place(shopper, [line(mug, 2)])])).toEqual(['409 too_many_pieces_held']);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token, body: { lines } });
    expect(outcomes([await api.place(shopper, [line(mug, 2)])])).toEqual(['201']);
  });

  it('of others do not count, nor do those that the shop places', async () => {
    const [mug, shopper, other, support] = await Promise.all([
      api.product(100),
      api.person(),
      api.person(),
      api.person('support'),
    ]);
    await times(3, () => api.place(shopper, [line(mug)]));
    expect(outcomes([await api.place(other, [line(mug)])])).toEqual(['201']);
    const placed = await api.place(support, [line(mug, 50)], { given: { customerId: shopper.id } });
    expect(outcomes([placed])).toEqual(['201']);
  });
});

describe('Declined payments', () => {
  it('of one order are four, also when they come at the same moment', async () => {
    const [mug, shopper] = await Promise.all([api.product(100), api.person()]);
    const { body: order } = await api.place(shopper, [line(mug)]);
    const answers = await times(30, () => api.pay(shopper, order, { paymentMethod: 'pm_declined', amount: 10 }));
    expect(outcomes(answers)).toEqual([...repeat(4, '201'), ...repeat(26, '409 order_declined_too_often')]);
    expect(outcomes([await api.pay(shopper, order)])).toEqual(['409 order_declined_too_often']);
    const [{ asked }] = (await api.sql(
      'SELECT count(*)::int AS asked FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE customer_id = $1',
      [uuid(shopper)],
    )) as [{ asked: number }];
    expect(asked).toBe(4);
  });

  it('of one customer in an hour are six, over all orders and at the same moment; then the provider is asked again', async () => {
    const [mug, shopper] = await Promise.all([api.product(100), api.person()]);
    const orders = await times(3, () => api.place(shopper, [line(mug)]));
    const answers = await times(12, (n) =>
      api.pay(shopper, orders[n % 3]!.body, { paymentMethod: 'pm_declined', amount: 10 }),
    );
    expect(outcomes(answers)).toEqual([...repeat(6, '201'), ...repeat(6, '429 too_many_declines')]);
    const refused = await api.pay(shopper, orders[0]!.body);
    expect(outcomes([refused])).toEqual(['429 too_many_declines']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await api.sql(`UPDATE payments SET created_at = created_at - interval '61 minutes' WHERE customer_id = $1`, [
      uuid(shopper),
    ]);
    expect(outcomes([await api.pay(shopper, orders[0]!.body)])).toEqual(['201']);
  });

  it('do not keep the shop from taking a payment, and paid ones do not count', async () => {
    const [mug, shopper, support] = await Promise.all([api.product(100), api.person(), api.person('support')]);
    for (let n = 0; n < 8; n++) {
      const { body: order } = await api.place(shopper, [line(mug)]);
      expect(outcomes([await api.pay(shopper, order)])).toEqual(['201']);
    }
    const { body: order } = await api.place(shopper, [line(mug)]);
    for (let n = 0; n < 4; n++) await api.pay(shopper, order, { paymentMethod: 'pm_declined' });
    expect(outcomes([await api.pay(support, order)])).toEqual(['201']);
  });
});
