import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeId, encodeId, newId, type UserId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { problemIn } from '../../support/problem.js';
import type { AccountBody, PageBody, ProofBody } from '../../support/bodies.js';
import type { PostOptions } from '../../support/shop.js';
import { api, conflict, finance, scenario } from '../../support/scenario.js';

let ada: Person;
let bob: Person;

scenario({ asRole: 'running', people: ['finance'], unchecked: true });
const failing = async () => (await api.proof()).checks.filter(({ holds }) => !holds);
beforeEach(async () => {
  [ada, bob] = await Promise.all([api.person(), api.person()]);
});
afterEach(async () => assert.deepEqual(await failing(), []));

const grant = ({ id }: Person, given: object = {}, options: PostOptions = {}) =>
  api.post<{ id: string }>(`/v1/users/${id}/store-credit-grants`, {
    token: finance.token,
    body: { amount: 1000, currency: 'EUR', reason: 'Late parcel', ...given },
    ...options,
  });
const transfer = (from: Person, to: { id: string }, given: object = {}, options: PostOptions = {}) =>
  api.post<{ id: string }>(`/v1/users/${from.id}/store-credit-transfers`, {
    token: from.token,
    body: { toUserId: to.id, amount: 100, currency: 'EUR', ...given },
    ...options,
  });
const creditOf = async (person: Person) =>
  (await api.get<{ balances: object[] }>('/v1/users/me/store-credit', person)).body.balances;
const idOf = ({ id }: Person) => decodeId('usr', id) as UserId;
const eur = (amount: number) => [{ currency: 'EUR', amount }];

describe('Store credit', () => {
  it('is given by finance, in each currency by itself', async () => {
    const { status, body } = await grant(ada);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^txn_/) as string,
        userId: ada.id,
        amount: 1000,
        currency: 'EUR',
        reason: 'Late parcel',
        createdAt: expect.stringMatching(/Z$/) as string,
      },
    });
    await grant(ada, { currency: 'JPY', amount: 5 });
    await grant(ada, { amount: 1 });
    const { body: mine, headers } = await api.get('/v1/users/me/store-credit', ada);
    expect(mine).toEqual({ userId: ada.id, balances: [...eur(1001), { currency: 'JPY', amount: 5 }] });
    expect((await api.get(`/v1/users/${ada.id}/store-credit`, finance)).body).toEqual(mine);
    const again = await api.get('/v1/users/me/store-credit', ada, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    const { data } = (
      await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts?code=store_credit:${ada.id}&currency=EUR`, finance)
    ).body;
    expect(data).toMatchObject([{ balance: -1001, type: 'liability' }]);
  });

  it('is given once for one key, to people who exist, never beyond all amounts', async () => {
    const options = { key: 'sorry' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => grant(ada, {}, options)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await creditOf(ada)).toEqual(eur(1000));
    const nobody = { id: encodeId('usr', newId()), token: '' };
    expect(problemIn(await grant(nobody))).toMatchObject({ status: 404 });
    expect(problemIn(await grant(ada, { amount: 999_999_999_000 }))).toMatchObject({ code: 'store_credit_too_large' });
    expect(await creditOf(ada)).toEqual(eur(1000));
  });

  it('goes from one customer to another', async () => {
    await grant(ada);
    expect(await transfer(ada, bob, { amount: 300 })).toMatchObject({
      status: 201,
      body: { fromUserId: ada.id, toUserId: bob.id, amount: 300, currency: 'EUR' },
    });
    expect(await Promise.all([creditOf(ada), creditOf(bob)])).toEqual([eur(700), eur(300)]);
    expect(problemIn(await transfer(ada, bob, { amount: 701 }))).toMatchObject({
      status: 409,
      code: 'insufficient_store_credit',
    });
    expect(await transfer(ada, bob, { currency: 'GBP' })).toMatchObject(conflict('insufficient_store_credit'));
    expect(await transfer(ada, ada)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/toUserId' }] } });
    expect(await transfer(ada, { id: encodeId('usr', newId()) })).toMatchObject({ status: 404 });
    expect(await Promise.all([creditOf(ada), creditOf(bob)])).toEqual([eur(700), eur(300)]);
  });

  it("is out of other customers' reach", async () => {
    await grant(ada);
    expect(await api.get(`/v1/users/${ada.id}/store-credit`, bob)).toMatchObject({ status: 404 });
    expect(await transfer(ada, bob, {}, { token: bob.token })).toMatchObject({ status: 404 });
    expect(await grant(bob, {}, { token: bob.token })).toMatchObject({ status: 403 });
    expect(await transfer(ada, bob, {}, { token: finance.token })).toMatchObject({ status: 201 });
  });

  it('given by mistake is taken back, as long as it is there', async () => {
    const { id } = (await grant(ada)).body;
    await transfer(ada, bob);
    const reverse = () =>
      api.post(`/v1/ledger/transactions/${id}/reversals`, { token: finance.token, body: { reason: 'Wrong customer' } });
    expect(await reverse()).toMatchObject(conflict('insufficient_store_credit'));
    await grant(ada, { amount: 150 });
    const answers = await Promise.all([reverse(), reverse()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(await creditOf(ada)).toEqual(eur(50));
  });

  it('moved 100 times at once by a tenth goes ten times', async () => {
    await grant(ada);
    const answers = await Promise.all(Array.from({ length: 100 }, () => transfer(ada, bob)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject(conflict('insufficient_store_credit'));
    }
    expect(await Promise.all([creditOf(ada), creditOf(bob)])).toEqual([eur(0), eur(1000)]);
  });

  it('sent both ways at once never locks up', async () => {
    await Promise.all([grant(ada), grant(bob)]);
    const both = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? transfer(ada, bob) : transfer(bob, ada)));
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(await Promise.all([creditOf(ada), creditOf(bob)])).toEqual([eur(1000), eur(1000)]);
  });
});

describe('a balance of store credit', () => {
  it('never falls below zero, whoever writes, and the proof sees a balance that was changed', async () => {
    await grant(ada);
    const change = `UPDATE store_credit_balances SET amount = amount - $2 WHERE user_id = $1`;
    await expect(api.sql(change, [idOf(ada), 1001])).rejects.toMatchObject({ constraint: 'store_credit_not_negative' });
    await api.sql(change, [idOf(ada), 1]);
    const wrong = (await failing()).find(
      ({ name }) => name === 'store_credit_matches_ledger',
    ) as ProofBody['checks'][0];
    expect(wrong.detail).toMatchObject({
      differing: [
        { code: `store_credit:${ada.id}`, currency: 'EUR', customer: ada.id, found: '999', sumOfEntries: '1000' },
      ],
    });
    await api.sql(change, [idOf(ada), -1]);
  });
});
