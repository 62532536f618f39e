import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NOT_QUOTED } from '../../../src/checkout/quote.view.js';
import { Transaction } from '../../../src/platform/database/index.js';
import type { Person } from '../../support/api.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, conflict, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

scenario({
  people: ['shopper', 'admin'],
  worker: true,
  env: { TAX_HOME_COUNTRY: 'DE', TAX_SERVICE_CLASSES: 'advice', TAX_EXPORTS: 'automatic' },
});

const rate = (taxClass: string, percentage: string) => ({
  taxClass,
  category: percentage === '0' ? 'Z' : 'S',
  rate: percentage,
  label: 'VAT',
  from: '2011-01-04',
});
const zone = (country: string, pricesIncludeTax: boolean, ...rates: object[]) => ({
  name: country,
  country,
  pricesIncludeTax,
  rates,
});
const zones = [
  zone('DE', true, rate('standard', '19'), rate('reduced', '7'), rate('advice', '19'), rate('free', '0')),
  zone('FR', true, rate('standard', '20'), rate('advice', '20')),
  zone('SE', false, rate('standard', '25')),
];

interface TaxLineBody {
  readonly category: string;
  readonly rate: string;
  readonly country: string;
  readonly reason: string | null;
  readonly amount: number;
}
interface TaxedBody extends PlacedOrderBody {
  readonly tax: number;
  readonly taxes: readonly { category: string; rate: string; country: string; net: number; tax: number }[];
  readonly lines: (PlacedOrderBody['lines'][number] & { readonly unitPrice: number; readonly tax: TaxLineBody })[];
}

let goods: ProductBody;
let food: ProductBody;
let advice: ProductBody;
let free: ProductBody;
let business: Person;
let embassy: Person;
let local: Person;

const change = (of: Person, body: object) =>
  api.request(`PATCH /v1/users/${of.id}/tax-status`, { token: admin.token, body });
const withVatId = async (vatId: string) => {
  const person = await api.person();
  expect((await change(person, { vatId, vatIdConfirmed: true })).status).toBe(200);
  return person;
};

const product = (taxClass: string) => api.product(100_000, { price: { amount: 11_900, currency: 'EUR' }, taxClass });

beforeAll(async () => {
  await importTaxRates(api.app, { source: 'test', date: '2026-11-29', zones });
  [goods, food, advice, free] = (await Promise.all(['standard', 'reduced', 'advice', 'free'].map(product))) as [
    ProductBody,
    ProductBody,
    ProductBody,
    ProductBody,
  ];
  business = await withVatId('FR40303265045');
  local = await withVatId('DE136695976');
  embassy = await api.person();
  await change(embassy, { exemption: { country: 'DE', reason: 'Diplomatic mission' } });
});

const OF_PLACED: ReadonlySet<string> = new Set(NOT_QUOTED);
const quotedPart = (body: object) =>
  JSON.stringify(body, (key, value: unknown) => (OF_PLACED.has(key) ? undefined : value));

/** Places an order, after a quote that says the same, byte for byte. */
async function order(by: Person, product: ProductBody, country?: string, more: object = {}): Promise<TaxedBody> {
  const lines = [{ productId: product.id, quantity: 2 }];
  const given = { ...(country && { shippingAddress: { country } }), ...more };
  const quoted = await api.post<object>('/v1/quotes', { token: by.token, body: { lines, ...given }, key: null });
  const placed = await api.place(by, lines, { given });
  expect([quoted.status, placed.status]).toEqual([200, 201]);
  expect(quotedPart(quoted.body)).toBe(quotedPart(placed.body));
  expect(await api.orderOf(placed.body)).toMatchObject(placed.body);
  return placed.body as TaxedBody;
}
const taxOf = ({ lines: [line] }: TaxedBody) => line?.tax;

describe('A business with a VAT id of another member state', () => {
  it('buys goods that go to another member state without tax (K), and prices lose the tax in them', async () => {
    const placed = await order(business, goods, 'FR');
    // 119.00 with French VAT of 20 %.
    expect(placed).toMatchObject({
      total: 2 * 9917,
      tax: 0,
      taxes: [{ country: 'FR', category: 'K', rate: '0', net: 2 * 9917, tax: 0 }],
    });
    expect(taxOf(placed)).toMatchObject({
      reason: 'Intra-Community supply, Article 138 of Directive 2006/112/EC; VAT id FR40303265045',
      source: 'VAT id of the customer',
    });
  });

  it('also where prices have no tax, and where the shop has no rate: then the price has that of home', async () => {
    expect(await order(business, goods, 'SE')).toMatchObject({
      total: 23_800,
      taxes: [{ country: 'SE', category: 'K' }],
    });
    // 119.00 with German VAT of 19 % and 7 %.
    expect(await order(business, goods, 'IT')).toMatchObject({
      total: 20_000,
      taxes: [{ country: 'IT', category: 'K' }],
    });
    expect(await order(business, food, 'IT')).toMatchObject({
      total: 2 * 11_121,
      taxes: [{ country: 'IT', category: 'K' }],
    });
    expect(await order(business, free, 'IT')).toMatchObject({
      total: 23_800,
      taxes: [{ country: 'IT', category: 'K' }],
    });
  });

  it('pays tax for goods that stay', async () => {
    expect(taxOf(await order(business, goods, 'DE'))).toMatchObject({ category: 'S', rate: '19', reason: null });
    expect(taxOf(await order(business, goods))).toMatchObject({ category: 'S', rate: '19' });
  });

  it('buys services under the reverse charge (AE), wherever they go', async () => {
    for (const country of ['FR', 'DE', undefined]) {
      const placed = await order(business, advice, country);
      expect(placed.taxes).toMatchObject([{ country: 'FR', category: 'AE', rate: '0', tax: 0 }]);
      expect(taxOf(placed)?.reason).toBe('Reverse charge, Article 196 of Directive 2006/112/EC; VAT id FR40303265045');
    }
  });

  it('pays for shipping as for its goods, without tax', async () => {
    const charges = [{ kind: 'shipping', name: 'Parcel', amount: 1190 }];
    const lines = [{ productId: goods.id, quantity: 1 }];
    const { body } = await api.post<TaxedBody & { charges: { amount: number; tax: TaxLineBody }[] }>('/v1/orders', {
      token: admin.token,
      body: { customerId: business.id, lines, charges, shippingAddress: { country: 'IT' } },
    });
    expect(body).toMatchObject({ total: 11_000, charges: [{ amount: 1000, tax: { category: 'K', amount: 0 } }] });
  });
});

describe('Tax is due', () => {
  it.each([
    ['from a business of the same country, that sends goods abroad', () => local, 'FR'],
    ['from a consumer', () => shopper, 'FR'],
  ])('%s', async (_, who, country) => {
    expect(taxOf(await order(who(), goods, country))).toMatchObject({ category: 'S', rate: '20', country: 'FR' });
  });

  it('until staff have confirmed the VAT id, and again for another one', async () => {
    const person = await api.person();
    await api.request(`PATCH /v1/users/${person.id}/tax-status`, {
      token: person.token,
      body: { vatId: 'FR40303265045' },
    });
    expect(taxOf(await order(person, goods, 'FR'))).toMatchObject({ category: 'S' });
    await change(person, { vatId: 'FR40303265045', vatIdConfirmed: true });
    expect(taxOf(await order(person, goods, 'FR'))).toMatchObject({ category: 'K' });
    await change(person, { vatId: 'ATU13585627' });
    expect(taxOf(await order(person, goods, 'FR'))).toMatchObject({ category: 'S' });
  });
});

describe('An exempt customer', () => {
  it('pays no tax where the exemption holds, and as long (E)', async () => {
    const placed = await order(embassy, goods, 'DE');
    expect(placed).toMatchObject({ total: 20_000, taxes: [{ country: 'DE', category: 'E', rate: '0' }] });
    expect(taxOf(placed)).toMatchObject({ reason: 'Diplomatic mission', source: 'exemption of the customer' });
    expect(taxOf(await order(embassy, goods, 'FR'))).toMatchObject({ category: 'S' });
    expect(taxOf(await order(embassy, free, 'DE'))).toMatchObject({ category: 'Z' });
    await change(embassy, { exemption: { country: 'DE', reason: 'Later', validFrom: '2100-01-01T00:00:00.000Z' } });
    expect(taxOf(await order(embassy, goods, 'DE'))).toMatchObject({ category: 'S' });
    const past = { validFrom: '2020-01-01T00:00:00.000Z', validUntil: '2021-01-01T00:00:00.000Z' };
    await change(embassy, { exemption: { country: 'DE', reason: 'Earlier', ...past } });
    expect(taxOf(await order(embassy, goods, 'DE'))).toMatchObject({ category: 'S' });
    await change(embassy, { exemption: { country: 'DE', region: 'BE', reason: 'Berlin' } });
    expect(taxOf(await order(embassy, goods, 'DE'))).toMatchObject({ category: 'S' });
    const inBerlin = await order(embassy, goods, undefined, { shippingAddress: { country: 'DE', region: 'be' } });
    expect(taxOf(inBerlin)).toMatchObject({ category: 'E', reason: 'Berlin' });
  });
});

const place = ({ id: productId }: ProductBody, country: string) =>
  api.place(shopper, [{ productId, quantity: 1 }], { given: { shippingAddress: { country } } });

describe('Goods that leave the EU', () => {
  it('are exports (G) where no zone has a rate, for everybody', async () => {
    for (const who of [shopper, business]) {
      const placed = await order(who, goods, 'US');
      expect(placed).toMatchObject({ total: 20_000, taxes: [{ country: 'US', category: 'G', rate: '0' }] });
      expect(taxOf(placed)?.reason).toBe('Export, Article 146 of Directive 2006/112/EC');
    }
  });

  it('are no exports within the EU, and services never are', async () => {
    expect(await place(goods, 'IT')).toMatchObject(conflict('tax_rate_missing'));
    expect(await place(advice, 'US')).toMatchObject(conflict('tax_rate_missing'));
  });
});

describe('An order without tax by its buyer', () => {
  it('is paid, refunded by the piece and reported under its category', async () => {
    const lines = [{ productId: goods.id, quantity: 3 }];
    const paid = (await api.checkOut(business, lines, {}, { given: { shippingAddress: { country: 'LU' } } }))
      .body as TaxedBody;
    const [line] = paid.lines;
    const refund = await api.refund(admin, paid.payment, { lines: [{ lineId: line!.id, quantity: 1 }] });
    expect(refund.body).toMatchObject({ amount: 10_000, lines: [{ amount: 10_000, tax: 0 }] });
    const report = await api.get<{ lines: object[] }>('/v1/reports/vat', admin);
    expect(report.body.lines).toContainEqual({
      country: 'LU',
      category: 'K',
      rate: '0',
      currency: 'EUR',
      charges: 0,
      discounts: 0,
      vat: 0,
      sales: 30_000,
      refunds: 10_000,
      net: 20_000,
    });
  });
});

/** Returns how many statements about taxes an order for this product has. */
async function taxStatementsOf(of: ProductBody): Promise<number> {
  const statements = vi.spyOn(Transaction.prototype, 'queryBatch');
  await place(of, 'DE');
  const count = statements.mock.calls.filter(([{ sql }]) => /tax_(rates|zones|statuses)/.test(sql)).length;
  statements.mockRestore();
  return count;
}

describe('An order of somebody without a tax status', () => {
  it('asks for it beside the rates, and without tax not at all', async () => {
    const plain = await api.product(10);
    expect([await taxStatementsOf(plain), await taxStatementsOf(goods)]).toEqual([0, 2]);
  });
});

// The last: other quotes have no ways to ship.
const shippingMethod = async (more: object) =>
  (
    await api.post<{ id: string }>('/v1/shipping-methods', {
      token: admin.token,
      body: { name: 'Parcel', currency: 'EUR', price: 1190, ...more },
      key: null,
    })
  ).body;

describe('The ways to ship of a quote', () => {
  it('cost what the order then costs, for who is exempt, for a business and for a consumer', async () => {
    const exempt = await api.person();
    await change(exempt, { exemption: { country: 'DE', reason: 'Diplomatic mission' } });
    const methods = [await shippingMethod({}), await shippingMethod({ taxClass: 'reduced' })];
    const pricesOf = async (person: Person, country: string, ...bought: ProductBody[]) => {
      const lines = bought.map(({ id }) => ({ productId: id, quantity: 1 }));
      const given = { lines, shippingAddress: { country } };
      const quoted = await api.post<{ shippingOptions: { methodId: string; price: number }[] }>('/v1/quotes', {
        token: person.token,
        body: given,
        key: null,
      });
      const prices: number[] = [];
      for (const { id } of methods) {
        const { price } = quoted.body.shippingOptions.find(({ methodId }) => methodId === id)!;
        const { body } = await api.place(person, lines, { given: { ...given, shippingMethod: id } });
        const { charges } = body as unknown as { charges: { amount: number }[] };
        expect(charges.reduce((sum, { amount }) => sum + amount, 0)).toBe(price);
        prices.push(price);
      }
      return prices;
    };
    // 11.90 with German VAT of 19 %, and of 7 %.
    expect(await pricesOf(exempt, 'DE', goods)).toEqual([1000, 1112]);
    expect(await pricesOf(business, 'IT', goods)).toEqual([1000, 1112]);
    expect(await pricesOf(exempt, 'DE', free)).toEqual([1190, 1112]);
    // 3.60 with 19 %, 4.01 with 7 % and 4.29 without tax, as the goods cost 100.00, 111.21 and 119.00.
    expect(await pricesOf(exempt, 'DE', goods, food, free)).toEqual([303 + 375 + 429, 1112]);
    expect(await pricesOf(shopper, 'DE', goods)).toEqual([1190, 1190]);
  });
});
