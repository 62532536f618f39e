import { describe, expect, it } from 'vitest';
import { LIMITS } from './domain/query-cost.js';
import { Engine } from './engine.js';
import { QueryRefused } from './graphql.errors.js';

/** What was read so far: refused queries read nothing. */
let reads = 0;
const read = () => {
  reads += 1;
  return { data: [], nextCursor: null };
};
const present = (error: unknown) => ({ message: (error as Error).message, code: 'failed' });
const engine = new Engine<object>({ 'Query.orders': read, 'Query.products': read }, { introspection: false }, present);
const open = new Engine<object>({}, { introspection: true }, present);

const nested = (depth: number) =>
  `{ orders { data { ${'payments { order { '.repeat(depth)} id ${'} }'.repeat(depth)} } } }`;
const aliases = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: products { nextCursor }`).join(' ')} }`;
const doubling = Array.from(
  { length: 30 },
  (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`,
);

const tooLarge: readonly (readonly [what: string, query: string, variables: Readonly<Record<string, unknown>>])[] = [
  ['a depth of 20', nested(9), {}],
  ['1,000 aliases', aliases(1000), {}],
  ['31 aliases', aliases(31), {}],
  [
    '10,000 values',
    '{ orders(limit: 100) { data { lines { id sku name quantity unitPrice product { id sku } } } } }',
    {},
  ],
  ['10,000 values by a variable', 'query ($n: Int) { products(limit: $n) { data { id sku name } } }', { n: 10_000 }],
  [
    '10,000 values by the default of one',
    'query ($n: Int = 10000) { products(limit: $n) { data { id sku name } } }',
    {},
  ],
  ['6 pages', aliases(6), {}],
  ['10,000 fields', `{ products { data { ${'id '.repeat(10_000)} } } }`, {}],
  ['a fragment in itself', '{ ...f } fragment f on Query { orders { nextCursor } ...f }', {}],
  ['fragments that double', `{ ...f0 } ${doubling.join(' ')} fragment f30 on Query { orders { nextCursor } }`, {}],
  ['a very long text', `{ orders { nextCursor } } #${' '.repeat(LIMITS.text)}`, {}],
];

describe('A query', () => {
  it.each(tooLarge)('of %s is refused in less than 10 ms, before anything is read', async (_, query, variables) => {
    const ask = () => engine.run({ query, variables }, {}).catch((error: unknown) => error);
    await ask(); // compiles the code
    reads = 0;
    // A busy machine may take a break in one of them.
    const times: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const started = performance.now();
      const refused = await ask();
      times.push(performance.now() - started);
      expect(refused).toBeInstanceOf(QueryRefused);
      expect(refused).toMatchObject({ code: 'query_too_large' });
    }
    expect([reads, Math.min(...times) < 10]).toEqual([0, true]);
  });

  it.each([
    ['that is none', '{ orders'],
    ['of an unknown field', '{ secrets }'],
    ['that changes something', 'mutation { orders { nextCursor } }'],
    ['of which there are several', 'query a { orders { nextCursor } } query b { orders { nextCursor } }'],
    ['for the schema', '{ __schema { types { name } } }'],
    ['for a type', '{ __type(name: "Order") { name } }'],
  ])('%s is refused', async (_, query) => {
    reads = 0;
    await expect(engine.run({ query, variables: {} }, {})).rejects.toMatchObject({ code: 'query_invalid' });
    expect(reads).toBe(0);
  });

  it('within the limits is answered', async () => {
    const query =
      'query a { orders(limit: 100) { data { id total lines { sku quantity } } nextCursor } } query b { products { nextCursor } }';
    expect(await engine.run({ query, operationName: 'a', variables: {} }, {})).toEqual({
      data: { orders: { data: [], nextCursor: null } },
    });
    expect(await engine.run({ query: '{ orders { __typename } }', variables: {} }, {})).toEqual({
      data: { orders: { __typename: 'OrderPage' } },
    });
  });

  it('for the schema is answered where that is allowed', async () => {
    expect(await open.run({ query: '{ __type(name: "Order") { name } }', variables: {} }, {})).toEqual({
      data: { __type: { name: 'Order' } },
    });
  });
});
