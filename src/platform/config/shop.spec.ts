import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../settings.js';
import { inSchema, isSlug, schemaIn, schemaOf } from './shop.js';

const URL = 'postgres://till:p%40ss@db.example/till';
const optionsOf = (url: string) =>
  (new Client({ connectionString: url }) as unknown as { connectionParameters: { options?: string } })
    .connectionParameters.options;

describe('The slug of a shop', () => {
  it.each(['a', 'north', 'north-2', 'a1-b2-c3', 'x'.repeat(40)])('may be %s', (slug) =>
    expect(isSlug(slug)).toBe(true),
  );
  it.each(['', 'A', '1a', 'a_b', 'a-', '-a', 'a--b', 'ä', 'a b', "a'", 'x'.repeat(41)])('is not %j', (slug) => {
    expect(isSlug(slug)).toBe(false);
  });

  it('gives a schema of its own', () => {
    expect(['north', 'north-2', 'n-o-r-t-h'].map(schemaOf)).toEqual(['shop_north', 'shop_north_2', 'shop_n_o_r_t_h']);
  });
});

describe('The URL of a shop', () => {
  it.each([
    ['alone', URL, '-c search_path=shop_north'],
    ['beside other parameters', `${URL}?sslmode=disable&application_name=x`, '-c search_path=shop_north'],
    ['after other options', `${URL}?options=-c%20geqo%3Doff&sslmode=disable`, '-c geqo=off -c search_path=shop_north'],
    ['after another schema', inSchema(URL, 'shop_south'), '-c search_path=shop_south -c search_path=shop_north'],
  ])('has its schema as the last option, %s', (_, url, options) => {
    expect(optionsOf(inSchema(url, 'shop_north'))).toBe(options);
    expect(schemaIn(inSchema(url, 'shop_north'))).toBe('shop_north');
  });

  it('of the default one is as it was given', () => {
    expect(schemaIn(URL)).toBeUndefined();
    expect(schemaIn(`${URL}?options=-c%20search_path%3Dmine`)).toBeUndefined();
  });
});

describe('SHOP', () => {
  const given = { NODE_ENV: 'test', DATABASE_URL: URL, DATABASE_REPLICA_URL: URL, REDIS_URL: 'redis://localhost' };

  it('leads every connection to its schema, and has keys of its own in Redis', () => {
    const { shop, database, redis } = loadConfig({ ...given, SHOP: 'north' });
    expect([shop, schemaIn(database.url), schemaIn(database.replicaUrl!)]).toEqual([
      'north',
      'shop_north',
      'shop_north',
    ]);
    expect(redis.prefix).toBe('till:shop:north:');
  });

  it.each([{}, { SHOP: '' }, { SHOP: 'default' }])('changes nothing for the default shop: %j', (more) => {
    const { shop, database, redis } = loadConfig({ ...given, ...more });
    expect([shop, database.url, database.replicaUrl, redis.prefix]).toEqual([undefined, URL, URL, '']);
  });

  it('must be a slug', () => {
    expect(() => loadConfig({ ...given, SHOP: 'North' })).toThrow('SHOP: must be the slug of a shop');
  });
});
