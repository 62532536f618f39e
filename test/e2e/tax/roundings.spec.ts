import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'], worker: true, env: { TAX_ROUNDING: 'unit' } });

interface TaxedBody extends PlacedOrderBody {
  readonly tax: number;
  readonly taxRounding: string;
}

let mug: ProductBody;
let book: ProductBody;
const to = (country: string) => ({ given: { shippingAddress: { country } } });
const lines = () => [
  { productId: mug.id, quantity: 3 },
  { productId: book.id, quantity: 4 },
];
const buy = async (country: string) => (await api.checkOut(shopper, lines(), {}, to(country))).body as TaxedBody;

const product = (amount: number) => api.product(10_000, { price: { amount, currency: 'CHF' }, taxClass: 'standard' });

beforeAll(async () => {
  await importTaxRates(api.app);
  [mug, book] = [await product(333), await product(106)];
});

describe('A shop that rounds the tax of each piece', () => {
  it('says so on the order, and each piece has the same tax', async () => {
    // 8.1 % of 3.33 is 0.26973, of 1.06 it is 0.08586: for all pieces together it would be 1.15.
    const order = await buy('CH');
    expect(order).toMatchObject({ taxRounding: 'unit', tax: 3 * 27 + 4 * 9, total: 999 + 424 + 117 });
    expect((await buy('GB')).tax).toBe(3 * 56 + 4 * 18);
  });

  it('returns that tax with each piece', async () => {
    const order = await buy('CH');
    const pieces = [order.lines[0]!, order.lines[1]!].flatMap(({ id, quantity }) =>
      Array.from({ length: quantity }, () => id),
    );
    const returned: unknown[] = [];
    for (const lineId of pieces) {
      const { body } = await api.refund(admin, order.payment, { lines: [{ lineId, quantity: 1 }] });
      returned.push((body as unknown as { lines: { tax: number }[] }).lines[0]!.tax);
    }
    expect(returned).toEqual([27, 27, 27, 9, 9, 9, 9]);
  });

  it('keeps it when a part is cancelled', async () => {
    const order = await buy('CH');
    const body = { lines: [{ lineId: order.lines[0]!.id, quantity: 1 }] };
    const left = await api.post<TaxedBody>(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
    expect(left.body).toMatchObject({ taxRounding: 'unit', tax: 2 * 27 + 4 * 9 });
  });
});

/** The same order again, which says that its tax is rounded in another way. */
const AGAIN = `
  WITH o AS (
    INSERT INTO orders (id, number, customer_id, currency, status, total, reserved_until, taxed, tax_rounding)
    SELECT gen_random_uuid(), nextval('order_numbers'), customer_id, currency, 'pending', total, now() + interval '1 hour', true, $2 FROM orders WHERE id = $1 RETURNING id),
  l AS (
    INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price, tax, tax_mode)
    SELECT o.id, l.position, gen_random_uuid(), l.product_id, l.sku, l.name, l.quantity, l.unit_price, l.tax, l.tax_mode
    FROM order_lines l, o WHERE l.order_id = $1 RETURNING order_id, id, position),
  t AS (
    INSERT INTO tax_lines (order_id, line_id, category, rate, base, amount, country, label, source)
    SELECT l.order_id, l.id, t.category, t.rate, t.base, t.amount, t.country, t.label, t.source
    FROM l JOIN order_lines b ON b.order_id = $1 AND b.position = l.position JOIN tax_lines t ON t.order_id = $1 AND t.line_id = b.id)
  INSERT INTO tax_groups (order_id, country, category, rate, net, tax)
  SELECT o.id, g.country, g.category, g.rate, g.net, g.tax FROM tax_groups g, o WHERE g.order_id = $1`;

describe('The database', () => {
  it.each(['rate', 'line'])('refuses a tax that is not rounded by %s', async (rounding) => {
    const id = decodeId('ord', (await buy('CH')).id);
    await expect(api.sql(AGAIN, [id, rounding])).rejects.toMatchObject({ constraint: 'tax_rounds_as_the_order_says' });
  });

  it('refuses another rounding, and one that nobody knows', async () => {
    const id = decodeId('ord', (await buy('CH')).id);
    await expect(api.sql(`UPDATE orders SET tax_rounding = 'rate' WHERE id = $1`, [id])).rejects.toMatchObject({
      message: expect.stringContaining('append-only'),
    });
    await expect(api.sql(AGAIN, [id, 'day'])).rejects.toMatchObject({ constraint: 'orders_tax_rounding' });
  });
});
