import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Reconciler } from '../src/payments/index.js';
import { encodeId } from '../src/shared/ids.js';
import { type Api, type Person, startApi } from './support/api.js';
import { assertBooks } from './support/books.js';
import type { OrderBody, PaymentBody, ProductBody } from './support/bodies.js';
import { mutated, randomOf } from './support/mutation.js';
import { problemIn } from './support/problem.js';

const ROUNDS = 40;
const seed = randomInt(2 ** 31);

let api: Api;
let admin: Person;
let shopper: Person;
let mug: ProductBody;
/** Orders of 2,000 pieces: one waits for its money, one is paid and waits to be shipped, one may be cancelled. */
let waiting: OrderBody;
let paid: OrderBody;
let unwanted: OrderBody;
let payment: PaymentBody;
const fee = { debit: 'provider_fees', credit: 'payouts', amount: 1 };
/** A ledger transaction that may be reversed. */
let posted: string;
/** A day with a difference that may be explained. */
let reconciliation: string;
let difference: string;

beforeAll(async () => {
  api = await startApi({ QUOTA_UNPAID_PIECES: '1000000', QUOTA_UNPAID_ORDERS: '1000000' });
  [admin, shopper, mug] = await Promise.all([api.admin(), api.person(), api.product(1_000_000)]);
  const place = async () => (await api.place(shopper, [{ productId: mug.id, quantity: 2000 }])).body;
  [waiting, paid, unwanted] = await Promise.all([place(), place(), place()]);
  payment = (await api.pay(shopper, paid)).body;
  const manual = { token: admin.token, body: { currency: 'EUR', postings: [fee], reason: 'fee' } };
  posted = (await api.post<{ id: string }>('/v1/ledger/transactions', manual)).body.id;
  await api.sql("UPDATE sandbox.operations SET created_at = created_at - interval '9 days'");
  const run = await api.app.get(Reconciler).run('sandbox', new Date().toISOString().slice(0, 10), () => undefined);
  reconciliation = `/v1/reconciliations/${encodeId('rcn', run.id)}`;
  difference = (await api.get<{ differences: { id: string }[] }>(reconciliation, admin)).body.differences[0]!.id;
});
afterAll(() => api?.close());

/** For every POST of the api, an address of something that exists, and a body that it takes. */
const requests = (): [path: string, body: unknown][] => {
  const email = `${randomUUID()}@till.test`;
  const line = { productId: mug.id, quantity: 1, unitPrice: 5 };
  return [
    ['/v1/auth/register', { email, password: 'a long enough one', name: 'Ada' }],
    ['/v1/auth/login', { email, password: 'a long enough one' }],
    ['/v1/users', { email, name: 'Ada', roles: ['customer'] }],
    ['/v1/products', { sku: email, name: 'Mug', price: { amount: 1, currency: 'EUR' }, attributes: { a: 1 } }],
    [`/v1/products/${mug.id}/stock-adjustments`, { delta: 1, reason: 'found' }],
    ['/v1/orders', { currency: 'EUR', lines: [line, line], customerId: shopper.id, metadata: { a: [1] } }],
    [`/v1/orders/${waiting.id}/payments`, { paymentMethod: 'pm_ok', amount: 1, provider: 'sandbox' }],
    [`/v1/orders/${paid.id}/fulfillments`, { lines: [{ lineId: paid.lines[0]?.id, quantity: 1 }], carrier: 'DHL' }],
    [`/v1/orders/${unwanted.id}/cancellation`, { reason: 'late' }],
    [`/v1/payments/${payment.id}/refunds`, { amount: 1, reason: 'late' }],
    ['/v1/ledger/transactions', { currency: 'EUR', postings: [fee], reason: 'fee', reference: email }],
    [`/v1/ledger/transactions/${posted}/reversals`, { reason: 'twice' }],
    [`${reconciliation}/resolutions`, { differenceId: difference, state: 'explained', note: 'known' }],
    [`/v1/users/${shopper.id}/store-credit-grants`, { amount: 5, currency: 'EUR', reason: 'late' }],
    ['/v1/providers/sandbox/webhooks', { id: email, type: 'captured', data: { id: email, attempt: null, amount: 1 } }],
    [`/v1/users/${shopper.id}/store-credit-transfers`, { amount: 1, currency: 'EUR', toUserId: admin.id }],
  ];
};

it(`Whatever is posted, the answer is a success or a problem, and the books balance (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const values = [mug.id, paid.id, payment.id, shopper.id, paid.lines[0]?.id, 'pm_declined', 'store_credit'];
  const post = async ([path, body]: [path: string, body: unknown]) => {
    const text = mutated(random, body, values);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.request(`POST ${path}`, { token: admin.token, body: text, headers });
    if (answer.status >= 400) problemIn(answer);
    return { path, text, status: answer.status };
  };
  for (let round = 0; round < ROUNDS; round++) {
    const answers = await Promise.all(requests().map(post));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  }
  await assertBooks(api);
});
