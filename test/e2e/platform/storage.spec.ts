import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../support/api.js';

const MOST_LINES = 1500;
/** What one customer may add to the tables in a minute, in bytes. */
const MOST_BYTES = 20_000_000;
/** As many characters as metadata and an address may have, of four bytes each. */
const LONGEST_NOTE = 19_900;
const AT_ONCE = 25;

let api: Api;
let productIds: string[];
beforeAll(async () => {
  api = await startApi({
    TRUST_PROXY: '127.0.0.1',
    RATE_LIMIT_SCALE: '1',
    RATE_LIMIT_PER_ADDRESS: '1000000',
    QUOTA_UNPAID_ORDERS: '20',
    QUOTA_UNPAID_PIECES: '100',
  });
  productIds = [];
  // Staff have a limit of requests as well.
  for (let made = 0; made < MOST_LINES; made = productIds.length) productIds.push(...(await someProducts()));
});
afterAll(() => api?.close());

async function someProducts(): Promise<string[]> {
  const { token } = await api.person('admin');
  const made: string[] = [];
  for (let n = 0; n < 500; n += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) =>
      api.post<{ id: string }>('/v1/products', {
        token,
        body: {
          sku: `${token.slice(-20)}-${n + index}`,
          name: 'Mug',
          price: { amount: 1, currency: 'EUR' },
          stock: { onHand: 100_000 },
        },
      }),
    );
    made.push(...(await Promise.all(some)).map(({ body }) => body.id));
  }
  return made;
}

/** Bytes of all tables with their indexes. */
async function stored(): Promise<number> {
  const [row] = await api.sql(
    `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return Number(row?.['bytes']);
}

/** Characters that nothing compresses. */
const note = () =>
  Array.from({ length: LONGEST_NOTE }, () => String.fromCodePoint(0x20000 + Math.floor(Math.random() * 0x8000))).join(
    '',
  );
const linesOf = (count: number) => productIds.slice(0, count).map((productId) => ({ productId, quantity: 1 }));

describe('What one customer stores in a minute, from any number of addresses, stays below 20 MB:', () => {
  it.each([
    ['orders of the most lines', () => ({ lines: linesOf(MOST_LINES) })],
    [
      'orders of the most lines with the longest notes',
      () => ({ lines: linesOf(MOST_LINES), metadata: { note: note() }, shippingAddress: { line1: note() } }),
    ],
    [
      'small orders with the longest notes',
      () => ({ lines: linesOf(1), metadata: { note: note() }, shippingAddress: { line1: note() } }),
    ],
  ])('%s, each cancelled for the next', async (_, wanted) => {
    const [shopper, before] = [await api.person(), await stored()];
    let [requests, orders] = [0, 0];
    const send = (path: string, body: object) => {
      requests += 1;
      const headers = { 'x-forwarded-for': `198.51.100.${requests % 250}` };
      return api.post<{ id: string }>(path, { token: shopper.token, body, headers });
    };
    for (;;) {
      const placed = await send('/v1/orders', wanted());
      if (placed.status === 429) break;
      expect(placed.status).toBe(201);
      orders += 1;
      await send(`/v1/orders/${placed.body.id}/cancellation`, {});
    }
    expect(orders).toBeGreaterThan(2);
    expect((await stored()) - before).toBeLessThan(MOST_BYTES);
  });
});
