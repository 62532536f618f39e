import { describe, expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type { AccountBody, LedgerTransactionBody, PageBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import type { PostOptions } from '../../support/shop.js';
import { api, conflict, finance, scenario } from '../../support/scenario.js';

scenario({ asRole: 'running', people: ['finance'] });

const fee = { debit: 'provider_fees', credit: 'payouts', amount: 25 };
const manual = (given: object = {}, options: PostOptions = {}) =>
  api.post<LedgerTransactionBody>('/v1/ledger/transactions', {
    token: finance.token,
    body: { currency: 'EUR', postings: [fee], reason: 'Monthly fee', ...given },
    ...options,
  });
const reverse = (id: string, options: PostOptions = {}) =>
  api.post<LedgerTransactionBody>(`/v1/ledger/transactions/${id}/reversals`, {
    token: finance.token,
    body: { reason: 'Booked twice' },
    ...options,
  });
const read = async (id: string) =>
  (await api.get<LedgerTransactionBody>(`/v1/ledger/transactions/${id}`, finance)).body;
const balances = async (currency: string) => {
  const path = `/v1/ledger/accounts?limit=100&currency=${currency}`;
  const { data } = (await api.get<PageBody<AccountBody>>(path, finance)).body;
  return Object.fromEntries(data.map(({ code, balance }) => [code, balance]));
};

describe('POST /v1/ledger/transactions', () => {
  it('posts what finance wants, and says who and why', async () => {
    const capital = { debit: 'payouts', credit: 'equity', amount: 100_000 };
    const { status, body } = await manual({
      postings: [capital, fee],
      reference: 'statement 7 line 3',
      currency: 'CHF',
    });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^txn_/) as string,
        kind: 'manual',
        orderId: null,
        reference: 'statement 7 line 3',
        reason: 'Monthly fee',
        actorId: finance.id,
        reverses: null,
        reversedBy: null,
        entries: [
          { account: 'payouts', currency: 'CHF', amount: 100_000, accountId: expect.any(String) as string },
          { account: 'equity', currency: 'CHF', amount: -100_000, accountId: expect.any(String) as string },
          { account: 'provider_fees', currency: 'CHF', amount: 25, accountId: expect.any(String) as string },
          { account: 'payouts', currency: 'CHF', amount: -25, accountId: expect.any(String) as string },
        ],
        createdAt: expect.stringMatching(/Z$/) as string,
      },
    });
    expect(await read(body.id)).toEqual(body);
    expect(await balances('CHF')).toEqual({ payouts: 99_975, equity: -100_000, provider_fees: 25 });
  });

  it('posts once for one key, and once for one reference', async () => {
    const options = { key: 'fee of march' };
    const given = { reference: 'march' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => manual(given, options)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await manual(given)).toMatchObject(conflict('ledger_reference_taken'));
    problemIn(await manual(given));
    expect(await manual(given, { key: null })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_missing' },
    });
  });

  it.each<[string, object, string]>([
    ['an account of payments', { postings: [{ ...fee, credit: 'provider_clearing:sandbox' }] }, '/postings/0/credit'],
    ['sales', { postings: [{ ...fee, debit: 'sales' }] }, '/postings/0/debit'],
    ["a customer's credit", { postings: [{ ...fee, debit: 'store_credit' }] }, '/postings/0/debit'],
    ['an account twice', { postings: [{ ...fee, debit: 'payouts' }] }, '/postings/0/credit'],
    ['no amount', { postings: [{ ...fee, amount: 0 }] }, '/postings/0/amount'],
    ['a negative amount', { postings: [{ ...fee, amount: -1 }] }, '/postings/0/amount'],
    ['no postings', { postings: [] }, '/postings'],
    ['a posting that is null', { postings: [null] }, '/postings'],
    ['no reason', { reason: ' ' }, '/reason'],
    ['no currency', { currency: 'EURO' }, '/currency'],
    ['an empty reference', { reference: '' }, '/reference'],
  ])('refuses %s', async (_, given, pointer) => {
    const errors = expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown[];
    expect(problemIn(await manual(given))).toMatchObject({ status: 400, code: 'validation_failed', errors });
  });

  it('needs ledger:write', async () => {
    for (const person of [await api.person(), await api.person('support'), await api.person('catalog_manager')]) {
      expect(await manual({}, { token: person.token })).toMatchObject({ status: 403 });
      expect(await reverse(encodeId('txn', newId()), { token: person.token })).toMatchObject({ status: 403 });
    }
    expect(await manual({}, { token: (await api.admin()).token })).toMatchObject({ status: 201 });
  });
});

describe('POST /v1/ledger/transactions/:id/reversals', () => {
  it('posts the opposite, once', async () => {
    const posted = (await manual({ currency: 'SEK' })).body;
    const reversal = await reverse(posted.id);
    expect(reversal).toMatchObject({
      status: 201,
      body: { kind: 'reversal', reverses: posted.id, reason: 'Booked twice' },
    });
    expect(reversal.body.entries.map(({ account, amount }) => [account, amount])).toEqual([
      ['provider_fees', -25],
      ['payouts', 25],
    ]);
    expect(await read(posted.id)).toMatchObject({ reversedBy: reversal.body.id });
    expect(await balances('SEK')).toEqual({ provider_fees: 0, payouts: 0 });
    expect(await reverse(posted.id)).toMatchObject(conflict('already_reversed'));
    expect(await reverse(reversal.body.id)).toMatchObject(conflict('not_reversible'));
    expect(await reverse(encodeId('txn', newId()))).toMatchObject({ status: 404 });
  });

  it('keeps off what payments posted', async () => {
    const shopper = await api.person();
    const mug = await api.product();
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
    await api.refund(finance, (await api.pay(shopper, order)).body, { amount: 1 });
    const path = `/v1/ledger/transactions?orderId=${order.id}`;
    const { data } = (await api.get<PageBody<LedgerTransactionBody>>(path, finance)).body;
    expect(data.map(({ kind }) => kind)).toEqual(['refund', 'capture']);
    for (const { id } of data)
      expect(problemIn(await reverse(id))).toMatchObject({ status: 409, code: 'not_reversible' });
  });

  it('500 transactions by 20 workers, each reversed twice at once: 500 succeed, 500 are refused, all is zero', async () => {
    const statuses: number[] = [];
    const worker = async () => {
      for (let round = 0; round < 25; round++) {
        const { id } = (await manual({ currency: 'NOK', postings: [{ ...fee, amount: 1 + round }] })).body;
        const answers = await Promise.all([reverse(id), reverse(id)]);
        statuses.push(...answers.map(({ status }) => status));
        expect(answers.find(({ status }) => status !== 201)).toMatchObject(conflict('already_reversed'));
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    expect(statuses.filter((status) => status === 201)).toHaveLength(500);
    expect(statuses.filter((status) => status === 409)).toHaveLength(500);
    expect(await balances('NOK')).toEqual({ provider_fees: 0, payouts: 0 });
  }, 120_000);
});
