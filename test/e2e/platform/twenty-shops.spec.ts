import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newId, encodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProofBody } from '../../support/bodies.js';
import { type HostedShop, type ManyShops, startManyShops } from '../../support/many-shops.js';

// A worker with eight places gives twenty shops their turns, which last twenty seconds.
vi.setConfig({ testTimeout: 240_000 });

const COUNT = 20;
const ON_HAND = 30;
const KEY = 'the-same-key-in-all-shops';
const EMAIL = 'ada@till.test';
const slugs = Array.from({ length: COUNT }, (_, n) => `shop-${n + 1}`);

let shops: ManyShops;
beforeAll(async () => {
  shops = await startManyShops(slugs, { SHOPS_IN_MEMORY: '8' });
}, 240_000);
afterAll(() => shops?.close());

/** The same customer in each shop, signed in. */
async function customerOf(shop: HostedShop) {
  const uuid = newId<'usr'>();
  const roles = ['customer'];
  await shop.sql(`INSERT INTO users (id, email, name, roles) VALUES ($1, $2, 'Ada', $3)`, [uuid, EMAIL, roles]);
  const person = { id: encodeId('usr', uuid), token: '' };
  return { ...person, token: await shop.tokenFor(person, 'customer') };
}

/** Buys so many pieces of the same product, under the same key. */
async function buy(shop: HostedShop, quantity: number) {
  const { id: productId } = await shop.product(ON_HAND, { sku: 'MUG' });
  const { status, body } = await shop.checkOut(await customerOf(shop), [{ productId, quantity }], {}, { key: KEY });
  return [status, (body as PlacedOrderBody).paymentStatus, body.total];
}

const ALL_OF_IT = `
  SELECT (SELECT json_agg(total) FROM orders) AS orders,
    (SELECT json_agg(captured_amount) FROM payments) AS payments,
    (SELECT count(*)::int FROM sandbox_operations) AS charges,
    (SELECT json_agg(json_build_array(on_hand, reserved)) FROM stock_levels) AS stock,
    (SELECT sum(amount)::int FROM ledger_entries WHERE amount > 0) AS sold`;

const hasAll = (quantity: number) => ({
  orders: [quantity * 1000],
  payments: [quantity * 1000],
  charges: 1,
  stock: [[ON_HAND, quantity]],
  sold: quantity * 1000,
  mails: 1,
  failed: [],
});

/** Waits until the api has made room for the shop and started it, which a busy machine may refuse at first. */
const awaken = (shop: HostedShop) => {
  const look = async () => (await shop.request('GET /v1/products')).body;
  return expect.poll(look, { timeout: 60_000 }).toHaveProperty('data');
};

it('Twenty shops of one api and one worker each have their own order, stock, books and mail, though eight at most are in memory', async () => {
  for (const [n, slug] of slugs.entries()) {
    await awaken(shops.of(slug));
    expect([slug, ...(await buy(shops.of(slug), n + 1))]).toEqual([slug, 201, 'paid', (n + 1) * 1000]);
  }
  expect(new Set(shops.started('api')).size).toBe(COUNT);

  await expect.poll(() => shops.unfinished(), { timeout: 200_000, interval: 500 }).toEqual([]);
  for (const [n, slug] of slugs.entries()) {
    const shop = shops.of(slug);
    await awaken(shop);
    const [rows] = await shop.sql(ALL_OF_IT);
    const proof = await shop.get<ProofBody>('/v1/ledger/proof', await shop.admin());
    expect({ slug, ...proof }).toMatchObject({ slug, status: 200, body: { balanced: true } });
    const failed = proof.body.checks.filter(({ holds }) => !holds);
    const mails = (await shop.mails()).filter((mail) => /^Subject: .*order/im.test(mail)).length;
    expect({ slug, ...rows, mails, failed }).toEqual({ slug, ...hasAll(n + 1) });
  }
});
