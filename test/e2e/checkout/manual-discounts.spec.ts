import { beforeAll, describe, expect, it } from 'vitest';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'], worker: true });

interface DiscountedBody extends PlacedOrderBody {
  readonly discount?: number;
  readonly discounts?: readonly object[];
}

let mug: ProductBody;
let plain: ProductBody;

const price = (amount: number) => ({ price: { amount, currency: 'GBP' } });

beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(1000, { ...price(999), taxClass: 'standard' });
  plain = await api.product(1000, price(1000));
});

const lines = () => [mug, plain].map(({ id }) => ({ productId: id, quantity: 1 }));
const place = (discounts: readonly object[], more: object = {}, who = admin) =>
  api.post<DiscountedBody>('/v1/orders', {
    token: who.token,
    body: { customerId: shopper.id, lines: lines(), shippingAddress: { country: 'GB' }, discounts, ...more },
  });

describe('A discount by staff', () => {
  it('is taken off after promotions, in taxes, ledger and refunds, and says why', async () => {
    const coupon = { name: 'Ten', code: 'TEN', benefit: 'percent', percentage: '10', currency: 'GBP' };
    await api.post('/v1/promotions', { token: admin.token, body: coupon, key: null });
    const given = [
      { amount: 300, reason: 'Scratched' },
      { name: 'Friend', percentage: '50', reason: 'Friend of the house' },
    ];
    const { status, body: order } = await place(given, { couponCodes: ['TEN'] });
    expect(status).toBe(201);
    // 10 % of 19.99 is 2.00; half of 17.99 is 9.00; then 3.00.
    expect(order).toMatchObject({
      total: 1999 - 200 - 900 - 300,
      discount: 1400,
      discounts: [
        { source: 'coupon', amount: 200 },
        {
          source: 'manual',
          promotionId: null,
          code: null,
          name: 'Friend',
          benefit: 'percent',
          percentage: '50',
          reason: 'Friend of the house',
          amount: 900,
        },
        { source: 'manual', name: 'Discount', benefit: 'amount', reason: 'Scratched', amount: 300 },
      ],
    });
    expect(order.discounts![0]).not.toHaveProperty('reason');
    const paid = await api.pay(shopper, order);
    expect((await api.refund(admin, paid.body)).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'refunded', discounts: order.discounts });
    const log = await api.get<{ data: { action: string; after: object }[] }>(
      '/v1/audit-log?action=order.discounted',
      admin,
    );
    expect(log.body.data[0]).toMatchObject({
      after: { discounts: [{ name: 'Friend', amount: 900 }, { amount: 300 }] },
    });
  });

  it('is quoted as it is placed', async () => {
    const body = {
      customerId: shopper.id,
      lines: lines(),
      shippingAddress: { country: 'GB' },
      discounts: [{ amount: 5, reason: 'late' }],
    };
    const quote = await api.post<DiscountedBody>('/v1/quotes', { token: admin.token, body, key: null });
    const { body: order } = await place(body.discounts);
    expect(quote).toMatchObject({ status: 200, body: { total: order.total, discounts: order.discounts } });
  });

  it('needs the permission, and takes effect for nobody without it', async () => {
    const refused = await place([{ amount: 5, reason: 'mine' }], {}, shopper);
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it.each([
    [{ reason: 'late' }, '/discounts/0'],
    [{ amount: 5, percentage: '5', reason: 'late' }, '/discounts/0'],
    [{ amount: 5 }, '/discounts/0/reason'],
    [{ percentage: '101', reason: 'late' }, '/discounts/0/percentage'],
  ])('is not %j', async (discount, pointer) => {
    expect(await place([discount])).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});
