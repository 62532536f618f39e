import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProductBody, startCatalogApi } from '../../support/catalog-api.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let api: Awaited<ReturnType<typeof startCatalogApi>>;

const names = {
  cafe: 'zqcaf\u00e9 cr\u00e8me',
  decomposed: 'zqcafe\u0301 noir',
  street: 'Lessingstra\u00dfe plan',
  mug: '\u8d64\u3044\u30de\u30b0\u30ab\u30c3\u30d7',
  clock: '\u6642\u8a08',
  lamp: 'Brass lamp',
  lantern: 'Tin lantern',
  apostrophe: '\u0149 o\u2019Neill jug',
  full: '\uff34\uff36 stand',
};

beforeAll(async () => {
  database = await createDatabase();
  api = await startCatalogApi(database.url);
  for (const [sku, name] of Object.entries(names)) await api.makeProduct({ sku: `x-${sku}`, name });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

async function search(q: string): Promise<string[]> {
  const path = `GET /v1/products?limit=100&q=${encodeURIComponent(q)}` as const;
  const { status, body } = await api.request<{ data: ProductBody[] }>(path);
  expect(status).toBe(200);
  return body.data.map(({ sku }) => sku.replace('x-', '')).toSorted();
}

describe('a search', () => {
  it.each([
    ['zqcafe', ['cafe', 'decomposed']],
    ['zqcaf\u00e9', ['cafe', 'decomposed']],
    ['ZQCAFE\u0301', ['cafe', 'decomposed']],
    ['zqcaf', ['cafe', 'decomposed']],
    ['creme zqcafe', ['cafe']],
    ['"zqcaf\u00e9 creme"', ['cafe']],
    ['zqcafe -noir', ['cafe']],
    ['lessingstrasse', ['street']],
    ['Lessingstra\u00dfe', ['street']],
    ['LESSINGSTRASSE', ['street']],
    ['lessingstr', ['street']],
    ['\u30de\u30b0\u30ab\u30c3\u30d7', ['mug']],
    ['\u30de\u30af\u3099\u30ab\u30c3\u30d5\u309a', ['mug']],
    ['\uff8f\uff78\uff9e\uff76\uff6f\uff8c\uff9f', ['mug']],
    ['\u8d64\u3044', ['mug']],
    ['\u8d64', ['mug']],
    ['\u30d7\u30ab', []],
    ['\u6642\u8a08', ['clock']],
    ['"\u8d64\u3044"', ['mug']],
    ['\u8d64\u3044 -\u30de\u30b0', []],
    ['tv', ['full']],
    ["o'neill", ['apostrophe']],
    ['\u0149', ['apostrophe', 'decomposed']],
    ['\u0301', []],
    ['\u00bd', []],
  ])('for %s finds %j', async (q, found) => expect(await search(q)).toEqual(found));

  it.each([
    ['lmap', ['lamp']],
    ['lapm', ['lamp']],
    ['lammp', ['lamp']],
    ['brss', ['lamp']],
    ['brass lmap', ['lamp']],
    ['lanterm', ['lantern']],
    ['lantrn', ['lantern']],
    ['lenssingstrasse', []],
    ['lxxp', []],
    ['lmpa', []],
  ])('with a slip, %s, finds what is near: %j', async (q, found) => expect(await search(q)).toEqual(found));

  it('with a slip that is a word itself finds that word', async () => {
    expect(await search('lamp')).toEqual(['lamp']);
    await api.makeProduct({ sku: 'x-ramp', name: 'Ramp' });
    expect(await search('ramp')).toEqual(['ramp']);
    expect(await search('lamp')).toEqual(['lamp']);
  });

  it.each(["'", '\\', ':*&|!()<->', '\u2019', '\u201c\u8d64', '-\u8d64"', '\u0e01', '\ufdfa'])(
    'takes %s',
    async (q) => {
      expect(await search(q)).toEqual(expect.any(Array));
    },
  );
});

describe('the order of names', () => {
  it('is that of people: accents and cases beside each other, numbers by value', async () => {
    const words = [
      'zebra',
      'Apfel',
      '\u00e4pfel',
      'apple',
      'Mug 10',
      'Mug 2',
      '\u00c9clair',
      'eclair',
      'Zoo',
      '\u00d6l',
    ];
    for (const [index, name] of words.entries()) {
      await api.makeProduct({ sku: `sorted-${index}`, name, attributes: { sorted: true } });
    }
    const expected = [
      'Apfel',
      '\u00e4pfel',
      'apple',
      'eclair',
      '\u00c9clair',
      'Mug 2',
      'Mug 10',
      '\u00d6l',
      'zebra',
      'Zoo',
    ];
    const found: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.request<{ data: ProductBody[]; nextCursor: string | null }>(
        `GET /v1/products?sort=name&limit=3&attributes[sorted]=true${cursor}`,
      );
      found.push(...body.data.map(({ name }) => name));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    expect(found).toEqual(expected);
  });
});

describe('the migration', () => {
  it('says in words what to do when the extension may not be created', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`CREATE ROLE till_poor NOLOGIN`);
      await client.query('BEGIN');
      await client.query('DROP EXTENSION unaccent CASCADE');
      await client.query('SET LOCAL ROLE till_poor');
      const { CatalogSearch1700000015300: migration } =
        await import('../../../migrations/1700000015300-catalog-search.js');
      const runner = { query: async (sql: string) => (await client.query(sql)).rows };
      await expect(new migration().up(runner as never)).rejects.toThrow(
        /extension "unaccent", which could not be created: permission denied.*CREATE EXTENSION unaccent.*GRANT CREATE ON DATABASE/,
      );
    } finally {
      await client.query('ROLLBACK');
      await client.query('DROP ROLE till_poor');
      await client.end();
    }
  });
});
