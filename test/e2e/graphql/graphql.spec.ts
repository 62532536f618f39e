import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import { admin, api, finance, mug, placeAndPay, scenario, shopper, stranger, support } from '../../support/scenario.js';

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const people = ['shopper', 'stranger', 'support', 'finance', 'admin'] as const;
scenario({ people, mugs: 1000, env: { GRAPHQL: 'on' }, unchecked: true });
let order: OrderBody;
let payment: PaymentBody;
beforeAll(async () => {
  order = await placeAndPay(2, mug);
  const payments = await api.get<{ data: PaymentBody[] }>(`/v1/orders/${order.id}/payments`, shopper);
  payment = payments.body.data[0]!;
});

const send = (body: object, token?: string) => api.request<Answer>('POST /graphql', { body, ...(token && { token }) });
const ask = async (query: string, token?: string, variables: object = {}) =>
  (await send({ query, variables }, token)).body;
const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code);

describe('A query', () => {
  it('reads an order with all that belongs to it, as REST shows it', async () => {
    const query = `query ($id: ID!) { order(id: $id) {
      id number total status paymentStatus lines { sku quantity total product { id stock { available } } }
      customer { id name } payments { id status amount order { id } } } }`;
    const answer = await ask(query, shopper.token, { id: order.id });
    expect(answer).toEqual({
      data: {
        order: {
          id: order.id,
          number: order.number,
          total: 2000,
          status: 'confirmed',
          paymentStatus: 'paid',
          lines: [{ sku: mug.sku, quantity: 2, total: 2000, product: { id: mug.id, stock: { available: 998 } } }],
          customer: { id: shopper.id, name: 'Ada' },
          payments: [{ id: payment.id, status: 'captured', amount: 2000, order: { id: order.id } }],
        },
      },
    });
  });

  it('reads the weight of a product', async () => {
    const { id } = await api.product(1, { weight: 340 });
    expect(await ask(`{ product(id: "${id}") { weight } }`)).toEqual({ data: { product: { weight: 340 } } });
    expect(await ask(`{ product(id: "${mug.id}") { weight } }`)).toEqual({ data: { product: { weight: null } } });
  });

  it('reads pages', async () => {
    const query = 'query ($c: String) { orders(limit: 1, cursor: $c) { data { id } nextCursor } }';
    await placeAndPay(1, mug);
    const { data } = await ask(query, shopper.token);
    const first = data!['orders'] as { nextCursor: string };
    const { data: next } = await ask(query, shopper.token, { c: first.nextCursor });
    expect(next).toMatchObject({ orders: { data: [{ id: order.id }], nextCursor: null } });
    expect(codes(await ask(query, shopper.token, { c: 'x' }))).toEqual(['validation_failed']);
    expect(codes(await ask('{ orders(limit: 101) { nextCursor } }', shopper.token))).toEqual(['validation_failed']);
  });

  it('has as many statements for five orders as for two', async () => {
    const query =
      '{ orders(limit: 5) { data { id lines { product { sku } } customer { name } payments { status order { number } } } } }';
    const statements = async () => {
      const counted = vi.spyOn(Transaction.prototype, 'query');
      const repositories = vi.spyOn(Transaction.prototype, 'repository');
      const { data, errors } = await ask(query, admin.token);
      expect(errors).toBeUndefined();
      const rows = (data!['orders'] as { data: unknown[] }).data.length;
      const result = [rows, counted.mock.calls.length + repositories.mock.calls.length];
      counted.mockRestore();
      repositories.mockRestore();
      return result as [number, number];
    };
    await statements(); // reads roles, and all that is kept for some seconds
    const before = await statements();
    for (let times = 0; times < 3; times += 1) {
      const other = await api.product(5);
      await api.checkOut(await api.person(), [{ productId: other.id, quantity: 1 }]);
    }
    const after = await statements();
    expect([before[0], after[0]]).toEqual([2, 5]);
    expect(after[1]).toBe(before[1]);
    expect(after[1]).toBeLessThan(10);
  });

  it('is refused with 400 before anything is read, if it is too large or none', async () => {
    const deep = `{ orders { data { ${'payments { order { '.repeat(9)} id ${'} }'.repeat(9)} } } }`;
    for (const [body, code] of [
      [{ query: deep }, 'query_too_large'],
      [{ query: '{ nothing }' }, 'query_invalid'],
      [{ query: 'mutation { orders { nextCursor } }' }, 'query_invalid'],
      [{}, 'query_invalid'],
    ] as const) {
      const { status, body: answer } = await send(body, admin.token);
      expect([status, codes(answer)]).toEqual([400, [code]]);
    }
    expect((await send([{ query: '{ products { nextCursor } }' }])).status).toBe(400);
    expect((await send({ query: `#${' '.repeat(40_000)}` })).status).toBe(413);
  });

  it('may be sent by its hash, once a server knows it', async () => {
    const query = `{ product(id: "${mug.id}") { sku } }`;
    const hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
    expect((await send({ extensions })).body.errors![0]).toMatchObject({ message: 'PersistedQueryNotFound' });
    expect((await send({ query, extensions })).body.data).toMatchObject({ product: { sku: mug.sku } });
    expect((await send({ query: null, variables: null, operationName: null, extensions })).body.data).toMatchObject({
      product: { sku: mug.sku },
    });
    expect((await send({ query: `${query} `, extensions })).status).toBe(400);
  });

  it('of somebody with a token that is not valid is refused', async () => {
    expect((await send({ query: '{ products { nextCursor } }' }, 'nonsense')).status).toBe(401);
  });
});

/** Nobody, the customer, another one, staff, and keys without and with the permission of the field. */
const callers = ['anonymous', 'customer', 'other', 'support', 'finance', 'admin', 'keyWithout', 'keyWith'] as const;
type Outcome = 'ok' | 'unauthenticated' | 'forbidden' | 'not_found' | 'null' | 'none';
const ok8 = Array.from({ length: 8 }, () => 'ok' as const);

/** What each caller gets from each field that somebody reads beyond rows, with the permission of the field. */
const matrix: Readonly<
  Record<string, readonly [query: () => string, permission: string, outcomes: readonly Outcome[]]>
> = {
  'Query.products': [() => '{ products { data { id } } }', 'orders:read', ok8],
  'Query.product': [() => `{ product(id: "${mug.id}") { id } }`, 'orders:read', ok8],
  'OrderLine.product': [
    () => `{ order(id: "${order.id}") { lines { product { id } } } }`,
    'orders:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.orders': [
    () => '{ orders { data { id } } }',
    'orders:read',
    ['unauthenticated', 'ok', 'none', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.order': [
    () => `{ order(id: "${order.id}") { id } }`,
    'orders:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.payments': [
    () => '{ payments { data { id } } }',
    'payments:read',
    ['unauthenticated', 'ok', 'none', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.payment': [
    () => `{ payment(id: "${payment.id}") { id } }`,
    'payments:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Order.payments': [
    () => `{ order(id: "${order.id}") { payments { id } } }`,
    'payments:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Payment.order': [
    () => `{ payment(id: "${payment.id}") { order { id } } }`,
    'payments:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.customers': [
    () => '{ customers { data { id } } }',
    'users:read',
    ['unauthenticated', 'forbidden', 'forbidden', 'ok', 'forbidden', 'ok', 'forbidden', 'ok'],
  ],
  'Query.customer': [
    () => `{ customer(id: "${shopper.id}") { id } }`,
    'users:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'not_found', 'ok', 'forbidden', 'ok'],
  ],
  'Order.customer': [
    () => `{ order(id: "${order.id}") { customer { id } } }`,
    'users:read',
    ['unauthenticated', 'ok', 'not_found', 'ok', 'null', 'ok', 'forbidden', 'ok'],
  ],
  'Query.ledgerAccounts': [
    () => '{ ledgerAccounts { data { code } } }',
    'ledger:read',
    ['unauthenticated', 'forbidden', 'forbidden', 'forbidden', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'Query.ledgerTransactions': [
    () => '{ ledgerTransactions { data { kind entries { account } } } }',
    'ledger:read',
    ['unauthenticated', 'forbidden', 'forbidden', 'forbidden', 'ok', 'ok', 'forbidden', 'ok'],
  ],
  'LedgerTransaction.order': [
    () => '{ ledgerTransactions { data { order { id } } } }',
    'ledger:read',
    ['unauthenticated', 'forbidden', 'forbidden', 'forbidden', 'ok', 'ok', 'forbidden', 'ok'],
  ],
};

async function keyOf(scopes: readonly string[]): Promise<string> {
  const body = { name: 'ERP', scopes };
  return (await api.post<{ key: string }>('/v1/api-keys', { token: admin.token, body, key: null })).body.key;
}

/** What the answer comes to: the first error, or whether the innermost value is there. */
function outcomeOf(answer: Answer): Outcome {
  const [code] = codes(answer);
  if (code !== undefined) return code as Outcome;
  let value: unknown = answer.data;
  while (value !== null && typeof value === 'object') {
    const next: unknown = Array.isArray(value) ? value[0] : Object.values(value)[0];
    if (next === undefined) return 'none';
    value = next;
  }
  return value === null ? 'null' : 'ok';
}

describe('The matrix of fields and callers', () => {
  it('has each field with a reader of its own', async () => {
    const { FIELD_CLASSES } = await import('../../../src/graphql/resolvers/index.js');
    const { fieldOf } = await import('../../../src/graphql/field.decorator.js');
    const fields = FIELD_CLASSES.flatMap(({ prototype }) =>
      Object.getOwnPropertyNames(prototype).map((name) => fieldOf(Reflect.get(prototype, name) as object)),
    );
    expect(fields.filter(Boolean).toSorted()).toEqual(Object.keys(matrix).toSorted());
  });

  it.each(Object.keys(matrix))('%s', async (field) => {
    const [query, permission, expected] = matrix[field]!;
    // Inner fields are read where their owner is.
    const around = /^(Order|OrderLine)\./.test(field)
      ? ['orders:read']
      : field === 'Payment.order'
        ? ['orders:read']
        : field.startsWith('LedgerTransaction')
          ? ['orders:read']
          : [];
    const [keyWithout, keyWith] = [await keyOf(['tax:read']), await keyOf([...new Set([permission, ...around])])];
    const tokens = [
      undefined,
      shopper.token,
      stranger.token,
      support.token,
      finance.token,
      admin.token,
      keyWithout,
      keyWith,
    ];
    const outcomes = await Promise.all(tokens.map(async (token) => outcomeOf(await ask(query(), token))));
    expect(Object.fromEntries(callers.map((name, index) => [name, outcomes[index]]))).toEqual(
      Object.fromEntries(callers.map((name, index) => [name, expected[index]])),
    );
  });
});
