import { beforeAll, describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type {
  AccountBody,
  EntryBody,
  LedgerTransactionBody,
  OrderBody,
  PageBody,
  PaymentBody,
} from '../../support/bodies.js';
import { api, finance, scenario, shopper } from '../../support/scenario.js';

/** Paid 20.00, of which 3.00 and then 4.00 went back; beside it another order that was paid 10.00. */
let order: OrderBody;
let payment: PaymentBody;

scenario({ people: ['shopper', 'finance'], unchecked: true });
beforeAll(async () => {
  const mug = await api.product(10);
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 2 }])).body;
  payment = (await api.pay(shopper, order)).body;
  await api.refund(finance, payment, { amount: 300 });
  await api.refund(finance, payment, { amount: 400 });
  const other = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  await api.pay(shopper, other);
});

const accounts = async (query = '') =>
  (await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts${query}`, finance)).body.data;
const balances = async (query = '') =>
  Object.fromEntries((await accounts(query)).map(({ code, balance }) => [code, balance]));
const account = async (code: string) => (await accounts(`?code=${code}`))[0] as AccountBody;
const entries = async (code: string, query = '') => {
  const { id } = await account(code);
  return (await api.get<PageBody<EntryBody>>(`/v1/ledger/accounts/${id}/entries${query}`, finance)).body;
};
const transactions = async (query = '') =>
  (await api.get<PageBody<LedgerTransactionBody>>(`/v1/ledger/transactions${query}`, finance)).body;

describe('GET /v1/ledger/accounts', () => {
  it('lists accounts with balances, debits positive', async () => {
    expect(await balances()).toEqual({ 'provider_clearing:sandbox': 2300, sales: -3000, refunds: 700 });
    expect(await account('sales')).toEqual({
      id: expect.stringMatching(/^acc_[0-9a-z]{26}$/) as string,
      code: 'sales',
      type: 'revenue',
      currency: 'EUR',
      balance: -3000,
      exactBalance: '-3000',
      createdAt: expect.stringMatching(/Z$/) as string,
    });
  });

  it('is paged, and filtered by code and currency', async () => {
    const first = (await api.get<PageBody<AccountBody>>('/v1/ledger/accounts?limit=2', finance)).body;
    const rest = (await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts?cursor=${first.nextCursor}`, finance)).body;
    expect([...first.data, ...rest.data]).toEqual(await accounts());
    expect(rest).toMatchObject({ data: [{}], nextCursor: null });
    expect(await accounts('?currency=GBP')).toEqual([]);
    expect(await accounts('?currency=EUR&code=refunds')).toHaveLength(1);
  });

  it('answers one, with an ETag', async () => {
    const { id } = await account('sales');
    const { body, headers } = await api.get<AccountBody>(`/v1/ledger/accounts/${id}`, finance);
    expect(body).toMatchObject({ code: 'sales', balance: -3000 });
    const again = await api.get(`/v1/ledger/accounts/${id}`, finance, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect((await api.get(`/v1/ledger/accounts/${encodeId('acc', newId())}`, finance)).status).toBe(404);
  });

  it('shows balances as they stood at any time', async () => {
    const posted = (await transactions('?limit=100')).data.toReversed();
    expect(posted.map(({ kind }) => kind)).toEqual(['capture', 'refund', 'refund', 'capture']);
    let sum = 0;
    for (const { createdAt, entries } of posted) {
      const earlier = new Date(Date.parse(createdAt) - 1).toISOString();
      expect((await balances(`?at=${earlier}`))['provider_clearing:sandbox']).toBe(sum);
      sum += entries.find(({ account }) => account.startsWith('provider_clearing'))?.amount ?? 0;
      expect((await balances(`?at=${createdAt}`))['provider_clearing:sandbox']).toBe(sum);
    }
    expect(Object.values(await balances('?at=2020-01-01T00:00:00.000Z'))).toEqual([0, 0, 0]);
  });
});

describe('GET /v1/ledger/accounts/:id/entries', () => {
  it('lists what was posted, newest first, page by page', async () => {
    const all = await entries('provider_clearing:sandbox');
    expect(all.data.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      'capture 1000',
      'refund -400',
      'refund -300',
      'capture 2000',
    ]);
    expect(all.data[3]).toMatchObject({ orderId: order.id, transactionId: expect.stringMatching(/^txn_/) as string });
    const paged: EntryBody[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PageBody<EntryBody> = await entries('provider_clearing:sandbox', `?limit=1${cursor}`);
      paged.push(...page.data);
      cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(all.data);
    const until = all.data[2]?.createdAt;
    expect((await entries('provider_clearing:sandbox', `?at=${until}`)).data).toEqual(all.data.slice(2));
  });

  it('of no account is 404', async () => {
    const answer = await api.get(`/v1/ledger/accounts/${encodeId('acc', newId())}/entries`, finance);
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('GET /v1/ledger/transactions', () => {
  it('lists an order or a kind', async () => {
    const ofOrder = await transactions(`?orderId=${order.id}`);
    expect(ofOrder.data.map(({ kind }) => kind)).toEqual(['refund', 'refund', 'capture']);
    expect((await transactions('?kind=refund')).data).toEqual(ofOrder.data.slice(0, 2));
    expect((await transactions('?kind=manual')).data).toEqual([]);
    const first = await transactions('?kind=capture&limit=1');
    const second = await transactions(`?kind=capture&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data]).toEqual((await transactions('?kind=capture')).data);
  });

  it('answers one with its entries and an ETag', async () => {
    const listed = (await transactions(`?orderId=${order.id}`)).data[2] as LedgerTransactionBody;
    const { body, headers } = await api.get<LedgerTransactionBody>(`/v1/ledger/transactions/${listed.id}`, finance);
    expect(body).toEqual(listed);
    expect(body).toMatchObject({
      kind: 'capture',
      orderId: order.id,
      reverses: null,
      reversedBy: null,
      entries: [
        { account: 'provider_clearing:sandbox', currency: 'EUR', amount: 2000 },
        { account: 'sales', currency: 'EUR', amount: -2000 },
      ],
    });
    expect(headers.get('etag')).toMatch(/^"1-/);
    expect((await api.get(`/v1/ledger/transactions/${encodeId('txn', newId())}`, finance)).status).toBe(404);
  });
});

describe('The ledger is read', () => {
  it('with ledger:read only', async () => {
    for (const person of [shopper, await api.person('support'), await api.person('catalog_manager')]) {
      for (const path of ['accounts', `accounts/${encodeId('acc', newId())}`, 'transactions']) {
        expect(await api.get(`/v1/ledger/${path}`, person)).toMatchObject({ status: 403 });
      }
    }
  });

  it.each([
    ['accounts?at=yesterday', '/at'],
    ['accounts?at=2026-02-30T00:00:00.000Z', '/at'],
    ['accounts?at=2026-02-01T00:00:00%2B01:00', '/at'],
    ['accounts?at=1900-01-01T00:00:00.000Z', '/at'],
    ['accounts?at=2026-02-01T00:00:00Z&at=2026-02-02T00:00:00Z', '/at'],
    ['accounts?currency=euro', '/currency'],
    ['accounts?cursor=x', '/cursor'],
    ['transactions?kind=theft', '/kind'],
    ['transactions?orderId=1', '/orderId'],
  ])('not by %s', async (path, pointer) => {
    const answer = await api.get(`/v1/ledger/${path}`, finance);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer }] } });
  });

  it('whatever is sent for a code or a cursor', async () => {
    const { id } = await account('sales');
    const cursor = Buffer.from(JSON.stringify([newId(), 2 ** 53 - 1])).toString('base64url');
    expect((await api.get(`/v1/ledger/accounts/${id}/entries?cursor=${cursor}`, finance)).status).toBe(200);
    expect((await api.get('/v1/ledger/accounts?code=%00', finance)).status).toBeLessThan(500);
  });
});
