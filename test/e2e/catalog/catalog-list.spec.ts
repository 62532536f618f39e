import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProductBody, startCatalogApi } from '../../support/catalog-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

interface ListBody {
  readonly data: readonly ProductBody[];
  readonly nextCursor: string | null;
}

let database: TestDatabase;
let api: Awaited<ReturnType<typeof startCatalogApi>>;

const products = [
  ['85123A', 'White hanging heart T-light holder', 255, 'GBP', { color: 'white', size: 7, tags: ['gift', 'home'] }],
  ['71053', 'White metal lantern', 339, 'GBP', { color: 'white', size: 12 }],
  ['84406B', 'Cream cupid hearts coat hanger', 275, 'GBP', { color: 'cream', fragile: true }],
  ['WHT/HR.01', 'Knitted mug cosy', 110, 'EUR', { color: 'white', size: '7' }],
  ['TSHIRT-RED-S', 'Red shirt, small', 1500, 'EUR', { color: 'red', fragile: false }],
  ['TSHIRT-RED-M', 'Red shirt, medium', 1500, 'EUR', { color: 'red' }],
] as const;

beforeAll(async () => {
  database = await createDatabase();
  api = await startCatalogApi(database.url);
  for (const [sku, name, amount, currency, attributes] of products) {
    await api.makeProduct({ sku, name, price: { amount, currency }, attributes });
  }
  const gone = await api.makeProduct({
    sku: 'GONE',
    name: 'White heart of old',
    price: { amount: 1, currency: 'GBP' },
  });
  await api.request(`DELETE /v1/products/${gone.id}`, { token: api.manager });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const list = (query: string, token?: string) => api.request<ListBody>(`GET /v1/products?${query}`, { token });
const skusOf = ({ body }: { body: ListBody }) => body.data.map(({ sku }) => sku);

describe('search', () => {
  it.each([
    ['white', ['85123A', '71053', 'WHT'].slice(0, 2)],
    ['hearts', ['84406B', '85123A']],
    ['HEART', ['84406B', '85123A']],
    ['white heart', ['85123A']],
    ['hang', ['84406B', '85123A']],
    ['lant', ['71053']],
    ['85123a', ['85123A']],
    ['8512', ['85123A']],
    ['tshirt-red', ['TSHIRT-RED-M', 'TSHIRT-RED-S']],
    ['TSHIRT-RED-S', ['TSHIRT-RED-S']],
    ['wht/hr', ['WHT/HR.01']],
    ['WHT/HR.01', ['WHT/HR.01']],
    ['"hanging heart"', ['85123A']],
    ['"heart hanging"', []],
    ['white -lantern', ['85123A']],
    ['lantern or mug', ['71053', 'WHT/HR.01']],
    ['nothing like it', []],
    ["'; drop table products", []],
    ["\\ ' & | ! ( ) : * <->", []],
    ['!', []],
    ['', products.map(([sku]) => sku)],
    ['   ', products.map(([sku]) => sku)],
  ])('q=%s', async (q, skus) => {
    const found = await list(`q=${encodeURIComponent(q)}`);
    expect(found.status).toBe(200);
    expect(skusOf(found).toSorted()).toEqual([...skus].toSorted());
  });
});

describe('filters', () => {
  it.each([
    ['sku=71053', ['71053']],
    ['sku=7105', []],
    ['currency=EUR', ['TSHIRT-RED-M', 'TSHIRT-RED-S', 'WHT/HR.01']],
    ['minPrice=275&maxPrice=339&currency=GBP', ['71053', '84406B']],
    ['minPrice=0&maxPrice=254&currency=EUR', ['WHT/HR.01']],
    ['minPrice=300&maxPrice=200&currency=GBP', []],
    ['attributes[color]=white', ['71053', '85123A', 'WHT/HR.01']],
    ['attributes[size]=7', ['85123A', 'WHT/HR.01']],
    ['attributes[color]=red&attributes[color]=cream', ['84406B', 'TSHIRT-RED-M', 'TSHIRT-RED-S']],
    ['attributes[color]=white&attributes[size]=12', ['71053']],
    ['attributes[fragile]=true', ['84406B']],
    ['attributes[fragile]=false', ['TSHIRT-RED-S']],
    ['attributes[tags]=gift', ['85123A']],
    ['attributes%5Bcolor%5D=cream', ['84406B']],
    ['attributes[nothing]=1', []],
    ['q=white&attributes[size]=7&currency=GBP', ['85123A']],
  ])('%s', async (query, skus) => expect(skusOf(await list(query)).toSorted()).toEqual(skus));

  it('show archived products to who keeps the catalogue', async () => {
    expect(skusOf(await list('q=old', api.manager))).toEqual(['GONE']);
    expect(skusOf(await list('status=archived', api.manager))).toEqual(['GONE']);
    expect((await list('limit=100', api.manager)).body.data).toHaveLength(products.length + 1);
    expect((await list('status=active', api.manager)).body.data).toHaveLength(products.length);
  });
});

describe('sort', () => {
  const made = products.map(([sku]) => sku);
  it.each([
    ['', made.toReversed()],
    ['sort=createdAt', made],
    ['sort=-createdAt', made.toReversed()],
    ['sort=price&currency=EUR', ['WHT/HR.01', 'TSHIRT-RED-S', 'TSHIRT-RED-M']],
    ['sort=-price&currency=EUR', ['TSHIRT-RED-M', 'TSHIRT-RED-S', 'WHT/HR.01']],
    ['sort=-price&currency=GBP', ['71053', '84406B', '85123A']],
    ['sort=name', ['84406B', 'WHT/HR.01', 'TSHIRT-RED-M', 'TSHIRT-RED-S', '85123A', '71053']],
    ['sort=-name&q=red', ['TSHIRT-RED-S', 'TSHIRT-RED-M']],
  ])('%s, the same in pages of any size', async (query, skus) => {
    expect(skusOf(await list(query))).toEqual(skus);
    for (const limit of [1, 2, 5, 6]) {
      const found: string[] = [];
      let cursor = '';
      do {
        const page = await list(`${query}&limit=${limit}${cursor}`);
        expect(page.body.data.length).toBeLessThanOrEqual(limit);
        found.push(...skusOf(page));
        const { nextCursor } = page.body;
        expect(page.headers.get('link') !== null).toBe(nextCursor !== null);
        cursor = nextCursor ? `&cursor=${nextCursor}` : '';
      } while (cursor);
      expect(found).toEqual(skus);
    }
  });

  it('does not shift when products are added or sold between two pages', async () => {
    const first = await list('sort=createdAt&limit=3');
    await api.adjust(first.body.data[0]?.id ?? '', 5);
    const second = await list(`sort=createdAt&limit=3&cursor=${first.body.nextCursor}`);
    expect([...skusOf(first), ...skusOf(second)]).toEqual(made);
  });

  it('goes on after names of any length and script', async () => {
    const names = ['\u{1F381}'.repeat(150), 'é'.repeat(300), 'ж'.repeat(300)];
    for (const name of names) await api.makeProduct({ name, attributes: { long: true } });
    const first = await list('sort=name&limit=1&attributes[long]=true');
    const second = await list(`sort=name&limit=1&attributes[long]=true&cursor=${first.body.nextCursor}`);
    const third = await list(`sort=name&limit=1&attributes[long]=true&cursor=${second.body.nextCursor}`);
    expect([first, second, third].map(({ body }) => body.data[0]?.name)).toEqual(names);
    expect(third.body.nextCursor).toBeNull();
  });
});

const cursor = (...values: unknown[]) => `cursor=${Buffer.from(JSON.stringify(values)).toString('base64url')}`;

describe('refused', () => {
  const id = '019333c2-0000-7000-8000-000000000000';

  it.each([
    ['foo=1', '/foo'],
    ['attributes=red', '/attributes'],
    ['attributes[a][b]=1', '/attributes[a][b]'],
    ['attributes[]=1', '/attributes[]'],
    ['attributes[constructor]=1', '/attributes[constructor]'],
    [Array.from({ length: 11 }, (_, i) => `attributes[a${i}]=1`).join('&'), '/attributes'],
    ['sort=sku', '/sort'],
    ['sort=price&sort=name', '/sort'],
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=ten', '/limit'],
    ['sort=price', '/currency'],
    ['sort=-price&q=red', '/currency'],
    ['minPrice=1', '/currency'],
    ['maxPrice=1', '/currency'],
    ['minPrice=-1', '/minPrice'],
    ['minPrice=1.5', '/minPrice'],
    ['maxPrice=9007199254740993', '/maxPrice'],
    ['currency=euro', '/currency'],
    ['status=sold', '/status'],
    ['q=a&q=b', '/q'],
    [`q=${'a'.repeat(201)}`, '/q'],
    ['q=%00', '/q'],
    ['cursor=nonsense', '/cursor'],
    [`sort=price&currency=EUR&${cursor('-price', 5, id)}`, '/cursor'],
    [`sort=price&currency=EUR&${cursor('price', '5', id)}`, '/cursor'],
    [`sort=price&currency=EUR&${cursor('price', 5, 'prd_1')}`, '/cursor'],
    [`sort=name&${cursor('name', 'a\0', id)}`, '/cursor'],
    [`sort=createdAt&${cursor('createdAt', '2010-02-30T00:00:00.000Z', id)}`, '/cursor'],
    [`sort=createdAt&${cursor('createdAt', '0000-01-01T00:00:00.000Z', id)}`, '/cursor'],
    [`sort=createdAt&${cursor('createdAt', `2010-02-03T00:00:00.${'0'.repeat(200)}Z`, id)}`, '/cursor'],
  ])('%s', async (query, pointer) => {
    const refused = await list(query);
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer }] } });
  });
});
