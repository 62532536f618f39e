import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import type { ProofBody } from '../../support/bodies.js';
import { type HostedShop, type ManyShops, startManyShops } from '../../support/many-shops.js';
import type { Person } from '../../support/shop.js';
import { type SwitchableProxy, switchableProxy } from '../../support/switchable-proxy.js';

// A build may come first, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000 });

const SOON = { timeout: 90_000, interval: 250 };
const slugs = ['a', 'b', 'c', 'd', 'e'];
const proxies: Record<'DATABASE_URL' | 'REDIS_URL', { proxy: SwitchableProxy; port: number }> = {} as never;
let shops: ManyShops;
let buyers: ReadonlyMap<string, { readonly person: Person; readonly productId: string }>;

/** The address of a proxy to a server. */
async function proxied(name: keyof typeof proxies, address: string): Promise<string> {
  const url = new URL(address);
  const port = Number(url.port);
  proxies[name] = { proxy: await switchableProxy(port), port };
  return Object.assign(url, { hostname: '127.0.0.1', port: String(proxies[name].proxy.port) }).href;
}

beforeAll(async () => {
  shops = await startManyShops(slugs, {}, async ({ DATABASE_URL, REDIS_URL }) => ({
    DATABASE_URL: await proxied('DATABASE_URL', DATABASE_URL),
    REDIS_URL: await proxied('REDIS_URL', REDIS_URL),
  }));
  const made: [string, { person: Person; productId: string }][] = [];
  for (const slug of slugs) {
    const shop = shops.of(slug);
    made.push([slug, { person: await shop.person(), productId: (await shop.product(100)).id }]);
  }
  buyers = new Map(made);
}, 480_000);
afterAll(async () => {
  await shops?.close();
  for (const { proxy } of Object.values(proxies)) await proxy.close();
});

const each = <T>(work: (shop: HostedShop, slug: string) => Promise<T>) =>
  Promise.all(slugs.map((slug) => work(shops.of(slug), slug)));
const buy = (shop: HostedShop, slug: string, key: string) => {
  const { person, productId } = buyers.get(slug)!;
  return shop.checkOut(person, [{ productId, quantity: 1 }], {}, { key });
};

const ALL_OF_IT = `
  SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM payments) AS payments,
    (SELECT count(*)::int FROM sandbox_operations) AS charges, (SELECT sum(amount)::int FROM ledger_entries WHERE amount > 0) AS sold`;

it.each([[['DATABASE_URL']], [['REDIS_URL']], [['DATABASE_URL', 'REDIS_URL']]] as const)(
  'Each of many shops goes on after %j went away and came back, and nothing is doubled',
  async (names) => {
    const before = new Map(await each(async (shop, slug) => [slug, (await shop.sql(ALL_OF_IT))[0]!] as const));
    const key = (number: number) => `order-${names.join()}-${number}`;
    // A busy machine may refuse at first.
    await each((shop, slug) => vi.waitFor(async () => expect((await buy(shop, slug, key(1))).status).toBe(201), SOON));
    const nowhere = await freePort();
    for (const name of names) {
      proxies[name].proxy.switchTo(nowhere);
      proxies[name].proxy.cut();
    }
    // Redis is no truth: orders are taken without it.
    const expected = names.includes('DATABASE_URL' as never) ? 503 : 201;
    await each((shop, slug) =>
      vi.waitFor(async () => expect((await buy(shop, slug, key(2))).status).toBe(expected), SOON),
    );
    for (const name of names) proxies[name].proxy.switchTo(proxies[name].port);
    await each((shop, slug) => vi.waitFor(async () => expect((await buy(shop, slug, key(2))).status).toBe(201), SOON));
    await each((shop, slug) => vi.waitFor(async () => expect((await buy(shop, slug, key(3))).status).toBe(201), SOON));

    await expect.poll(() => shops.unfinished(), SOON).toEqual([]);
    await each(async (shop, slug) => {
      const [rows] = await shop.sql(ALL_OF_IT);
      const bought = { orders: 3, payments: 3, charges: 3, sold: 3000 };
      const all = Object.entries(bought).map(([name, count]) => [name, Number(before.get(slug)![name] ?? 0) + count]);
      expect({ slug, ...rows }).toEqual({ slug, ...Object.fromEntries(all) });
      const { body } = await shop.get<ProofBody>('/v1/ledger/proof', await shop.admin());
      expect({ slug, failed: body.checks.filter(({ holds }) => !holds) }).toEqual({ slug, failed: [] });
      const mails = (await shop.mails()).filter((mail) => /^Subject: .*order/im.test(mail)).length;
      expect({ slug, mails }).toEqual({ slug, mails: Number(rows!['orders']) });
    });
    expect(shops.live()).toBe(true);
    expect(slugs.map((slug) => shops.started('api').filter((one) => one === slug).length)).toEqual(slugs.map(() => 1));
  },
);
