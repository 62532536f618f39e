import assert from 'node:assert/strict';
import { decodeId } from '../../src/shared/ids.js';
import { post } from './client.js';
import { LIMITED } from './ground.js';
import { ABROAD } from './pricing.js';
import type { Prices } from './request.js';
import { openThings } from './settled.js';
import type { Person, Till } from './till.js';

/** The goods of each run, in minor units and pieces: plenty of one, and little of the others. */
const goods = [
  { price: 1000, onHand: 30, taxClass: 'standard' },
  { price: 333, onHand: 5, taxClass: 'reduced' },
  { price: 1, onHand: 9, taxClass: undefined },
];
/** What each customer is granted, in minor units. */
export const CREDIT = 1500;

/** Who and what a run begins with. */
export interface Setting {
  readonly customers: readonly Person[];
  readonly staff: Person;
  /** What may go back of an order without a second person, in minor units; null for any amount. */
  readonly limit: number | null;
  readonly currency: string;
  /** Who decides on what the staff ask for. */
  readonly second: Person;
  readonly prices: Prices;
  /** Pieces, by product. */
  readonly onHand: Readonly<Record<string, number>>;
  /** What earlier runs left open, by id. */
  readonly debris: ReadonlySet<string>;
}

/** At home prices include the tax, so that it changes no total of the model; abroad it is added. The proof compares all the rest. */
const VAT = `
  WITH zone AS (
    INSERT INTO tax_zones (id, name, country, prices_include_tax)
    VALUES (gen_random_uuid(), 'GB', 'GB', true), (gen_random_uuid(), 'CH', 'CH', false)
    ON CONFLICT DO NOTHING RETURNING id, country)
  INSERT INTO tax_rates (id, zone_id, tax_class, category, rate, label, valid_from, source)
  SELECT gen_random_uuid(), zone.id, r.class, 'S', r.rate, 'VAT', '2011-01-04', 'model'
  FROM zone JOIN (VALUES ('GB', 'standard', 20), ('GB', 'reduced', 5),
    ${Object.entries(ABROAD).map(([name, rate]) => `('CH', '${name}', ${rate / 10})`)}) AS r (country, class, rate)
    ON r.country = zone.country`;

/** Two customers with store credit, somebody of the staff, and products of their own. */
export async function makeSetting(till: Till, isLimited = false): Promise<Setting> {
  const currency = isLimited ? LIMITED.currency : 'EUR';
  const debris = new Set((await openThings(till)).map(({ id }) => id));
  const roles = ['customer', 'customer', 'admin', 'admin'] as const;
  const [ada, bob, staff, second] = (await Promise.all(roles.map((role) => till.person(role)))) as [
    Person,
    Person,
    Person,
    Person,
  ];
  const { url, headers } = till.apis[0];
  const make = async (path: string, body: object) => {
    const answer = await post(url, { path, token: staff.token, body, key: till.name() }, headers);
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id!;
  };
  const grant = { amount: CREDIT, currency, reason: 'for the run' };
  for (const { id } of [ada, bob]) await make(`/v1/users/${id}/store-credit-grants`, grant);
  await till.sql(VAT);
  const made = goods.map(async ({ price, onHand, taxClass }) => {
    const body = {
      sku: till.name(),
      name: 'Mug',
      ...(taxClass && { taxClass }),
      price: { amount: price, currency },
      stock: { onHand },
    };
    return [decodeId('prd', await make('/v1/products', body))!, { price, onHand, taxClass }] as const;
  });
  const products = await Promise.all(made);
  const prices = Object.fromEntries(products.map(([id, { price, taxClass }]) => [id, { price, taxClass }]));
  const onHand = Object.fromEntries(products.map(([id, { onHand: pieces }]) => [id, pieces]));
  const limit = isLimited ? LIMITED.above : null;
  return { customers: [ada, bob], staff, second, limit, currency, prices, onHand, debris };
}
