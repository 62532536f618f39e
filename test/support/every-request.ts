import { randomUUID } from 'node:crypto';
import { Reconciler, sandboxInShop } from '../../src/payments/index.js';
import { Config } from '../../src/platform/config/index.js';
import { encodeId } from '../../src/shared/ids.js';
import { type Api, startApi } from './api.js';
import type { AccountBody, PageBody } from './bodies.js';

/** A request that changes something, with an address of something that exists and a body that it takes. */
export interface Example {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: object;
}

const post = (path: string, body: object): Example => ({ method: 'POST', path, body });
const patch = (path: string, body: object): Example => ({ method: 'PATCH', path, body });
const remove = (path: string, body: object): Example => ({ method: 'DELETE', path, body });

export type BusyShop = Awaited<ReturnType<typeof startBusyShop>>;

/** What the api of a busy shop needs. */
export const BUSY = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' };

/** An api with something of everything, and an example of every request that has a body; `started` with `BUSY`, or a new one. */
export async function startBusyShop(started?: Api) {
  const api = started ?? (await startApi(BUSY));
  const [admin, shopper, friend, mug] = await Promise.all([
    api.admin(),
    api.person(),
    api.person(),
    api.product(1_000_000),
  ]);
  // Orders of 2,000 pieces: one waits for its money, one is paid and waits to be shipped, one may be cancelled.
  const place = async () => (await api.place(shopper, [{ productId: mug.id, quantity: 2000 }])).body;
  const [waiting, paid, unwanted] = await Promise.all([place(), place(), place()]);
  const payment = (await api.pay(shopper, paid)).body;
  const held = (await api.pay(shopper, waiting, { amount: 1000 })).body;
  const desk = { name: 'desk', permissions: ['orders:read'] };
  await api.post('/v1/roles', { token: admin.token, body: desk });
  const key = { name: 'ERP', scopes: ['orders:read'] };
  const minted = (await api.post<{ id: string }>('/v1/api-keys', { token: admin.token, body: key, key: null })).body;
  const fee = { debit: 'provider_fees', credit: 'payouts', amount: 1 };
  const asked = { token: (await api.person('finance')).token, body: { paymentId: payment.id, amount: 1 } };
  const approval = (await api.post<{ id: string }>('/v1/approvals', asked)).body;
  const manual = { token: admin.token, body: { currency: 'EUR', postings: [fee], reason: 'fee' } };
  const posted = (await api.post<{ id: string }>('/v1/ledger/transactions', manual)).body.id;
  const { reconciliation, difference } = await reconcile(api);
  const session = await api.get<PageBody<{ id: string }>>('/v1/auth/sessions', admin);
  const accounts = await api.get<PageBody<AccountBody>>('/v1/ledger/accounts', admin);

  const given = { name: 'Known', code: 'C-1', benefit: 'amount', amount: 1, currency: 'EUR', usageLimit: 9 };
  const coupon = (await api.post<{ id: string }>('/v1/promotions', { token: admin.token, body: given, key: null })).body
    .id;

  const standard = { name: 'Parcel', currency: 'EUR', price: 499 };
  const method = (
    await api.post<{ id: string }>('/v1/shipping-methods', { token: admin.token, body: standard, key: null })
  ).body.id;

  const wanted = { url: 'http://127.0.0.1:9/till', types: ['order.*'], description: 'ERP' };
  const endpoint = (
    await api.post<{ id: string }>('/v1/webhook-endpoints', { token: admin.token, body: wanted, key: null })
  ).body.id;

  const examples = (): Example[] => {
    const email = `${randomUUID()}@till.test`;
    const line = { productId: mug.id, quantity: 1, unitPrice: 5 };
    const credit = { amount: 5, currency: 'EUR' };
    const price = { amount: 1, currency: 'EUR' };
    return [
      post('/v1/auth/register', { email, password: 'a long enough one', name: 'Ada' }),
      post('/v1/auth/login', { email, password: 'a long enough one' }),
      post('/v1/auth/providers/nobody/authorizations', { redirectUri: 'https://shop.example/arrived' }),
      post('/v1/auth/providers/nobody/sign-ins', { flow: 'A'.repeat(43), callback: 'code=1&state=2' }),
      post('/v1/auth/identities/authorizations', { provider: 'nobody', redirectUri: 'https://shop.example/arrived' }),
      post('/v1/auth/identities', { flow: 'A'.repeat(43), callback: 'code=1&state=2' }),
      post('/v1/auth/refresh', { refreshToken: 'A'.repeat(43) }),
      post('/v1/auth/logout', { refreshToken: 'A'.repeat(43) }),
      post('/v1/auth/mfa/challenge', { mfaToken: 'A'.repeat(43), code: '000000' }),
      post('/v1/auth/passkeys', { name: 'Laptop', credential: {} }),
      post('/v1/auth/passkeys/sign-ins', { credential: {} }),
      post('/v1/auth/reauthentication/passkey', { credential: {} }),
      post('/v1/auth/reauthentication', { password: 'a guess', code: '000000' }),
      post('/v1/auth/mfa/totp/confirmation', { code: '000000' }),
      post('/v1/auth/email/verification/confirmation', { token: 'A'.repeat(43) }),
      post('/v1/users/me/email-change', { email }),
      post('/v1/auth/email-change/confirmation', { token: 'A'.repeat(43) }),
      post('/v1/auth/email-change/undo', { token: 'A'.repeat(43) }),
      post('/v1/auth/added-access/undo', { token: 'A'.repeat(43) }),
      post('/v1/auth/password/forgot', { email }),
      post('/v1/auth/password/reset', { token: 'A'.repeat(43), newPassword: 'a long enough one' }),
      post('/v1/auth/password/change', { currentPassword: 'a guess', newPassword: 'a long enough one' }),
      post('/v1/users', { email, name: 'Ada', roles: ['customer'] }),
      patch('/v1/users/me', { name: 'Ada' }),
      patch('/v1/auth/passkeys/psk_01h455vb4pex5vsknk084sn02q', { name: 'Phone' }),
      remove('/v1/users/me', { password: 'a guess' }),
      patch(`/v1/users/${shopper.id}`, { name: 'Ada' }),
      patch(`/v1/users/${shopper.id}/tax-status`, { vatId: 'DE136695976', exemption: { country: 'DE', reason: 'x' } }),
      post('/v1/roles', { name: `desk_${randomUUID().slice(0, 8)}`, description: 'It', permissions: ['orders:read'] }),
      post('/v1/api-keys', {
        name: 'ERP',
        scopes: ['orders:read'],
        expiresInDays: 1,
        addresses: ['192.0.2.1'],
        requestsPerMinute: 5,
      }),
      post(`/v1/api-keys/${minted.id}/rotation`, { overlapHours: 1, expiresInDays: 1 }),
      patch('/v1/roles/desk', { description: 'Desk' }),
      post('/v1/products', { sku: email, name: 'Mug', price, attributes: { a: 1 } }),
      patch(`/v1/products/${mug.id}`, { name: 'Mug' }),
      post(`/v1/products/${mug.id}/stock-adjustments`, { delta: 1, reason: 'found' }),
      post('/v1/orders', { currency: 'EUR', lines: [line, line], customerId: shopper.id, metadata: { a: [1] } }),
      post('/v1/quotes', {
        lines: [line],
        expectedTotal: 5,
        couponCodes: ['C-1'],
        discounts: [{ name: 'Sorry', percentage: '5', reason: 'late' }],
        shippingMethod: method,
        charges: [{ kind: 'fee', name: 'Wrap', amount: 5, taxClass: 'standard' }],
      }),
      post('/v1/promotions', {
        name: 'Welcome',
        code: `C-${randomUUID()}`,
        benefit: 'percent',
        percentage: '10',
        currency: 'EUR',
        conditions: {
          subtotal: 100,
          quantity: 1,
          skus: ['MUG-1'],
          attributes: { color: 'red' },
          customerIds: [shopper.id],
          firstOrder: true,
          countries: ['GB'],
        },
        combinesWith: ['coupon'],
        validFrom: '2026-01-01T00:00:00.000Z',
        validUntil: '2126-01-01T00:00:00.000Z',
        usageLimit: 1,
        budget: 1,
        customerLimit: 1,
        customerBudget: 1,
      }),
      post('/v1/shipping-methods', {
        ...standard,
        freeFrom: 5000,
        ratedBy: 'quantity',
        rates: [{ from: 10, price: 999 }],
        countries: ['GB'],
        minDays: 1,
        maxDays: 2,
        taxClass: 'standard',
      }),
      patch(`/v1/shipping-methods/${method}`, { name: 'Parcel', price: 599, freeFrom: 6000, status: 'active' }),
      patch(`/v1/promotions/${coupon}`, { name: 'Welcome back', usageLimit: 10 }),
      post('/v1/orders', { lines: [line], payment: { paymentMethod: 'pm_ok', amount: 1, provider: 'sandbox' } }),
      post(`/v1/orders/${waiting.id}/payments`, { paymentMethod: 'pm_ok', amount: 1, provider: 'sandbox' }),
      post(`/v1/orders/${paid.id}/fulfillments`, {
        lines: [{ lineId: paid.lines[0]?.id, quantity: 1 }],
        carrier: 'DHL',
      }),
      post(`/v1/orders/${paid.id}/messages`, { text: 'Could you gift-wrap the mug?' }),
      post(`/v1/orders/${unwanted.id}/cancellation-quotes`, { reason: 'late' }),
      post(`/v1/payments/${payment.id}/refund-quotes`, { amount: 1, reason: 'late' }),
      post(`/v1/orders/${unwanted.id}/cancellation`, { reason: 'late' }),
      post(`/v1/payments/${held.id}/captures`, { amount: 1 }),
      post(`/v1/payments/${payment.id}/refunds`, { amount: 1, reason: 'late' }),
      post(`/v1/orders/${paid.id}/cancellation-requests`, { reason: 'late' }),
      post(`/v1/payments/${payment.id}/refunds`, { lines: [{ lineId: paid.lines[0]?.id, quantity: 1 }] }),
      post('/v1/approvals', { paymentId: payment.id, amount: 1, reason: 'late' }),
      post(`/v1/approvals/${approval.id}/decision`, { decision: 'reject', note: 'no' }),
      post('/v1/ledger/transactions', { currency: 'EUR', postings: [fee], reason: 'fee', reference: email }),
      post(`/v1/ledger/transactions/${posted}/reversals`, { reason: 'twice' }),
      post(`/v1/reconciliations/${reconciliation}/resolutions`, {
        differenceId: difference,
        state: 'explained',
        note: 'known',
      }),
      post(`/v1/reconciliations/${reconciliation}/postings`, {
        differenceId: difference,
        account: 'adjustments',
        note: 'known',
      }),
      post(`/v1/users/${shopper.id}/store-credit-grants`, { ...credit, reason: 'late' }),
      post(`/v1/users/${shopper.id}/store-credit-transfers`, { ...credit, toUserId: friend.id }),
      post('/v1/exports', {
        kind: 'sales',
        format: 'csv',
        by: 'day',
        from: '2026-01-01',
        to: '2026-02-01',
        timeZone: 'Europe/Berlin',
      }),
      post('/v1/webhook-endpoints', wanted),
      patch(`/v1/webhook-endpoints/${endpoint}`, { description: 'ERP' }),
      post(`/v1/webhook-endpoints/${endpoint}/secret-rotations`, { overlapHours: 1 }),
      post(`/v1/webhook-endpoints/${endpoint}/replays`, { from: '2026-01-01T00:00:00.000Z' }),
      post('/v1/providers/sandbox/webhooks', {
        id: email,
        type: 'captured',
        data: { id: email, attempt: null, amount: 1 },
      }),
    ];
  };

  const ids: readonly [prefix: string, id: string][] = [
    ['/v1/orders/', paid.id],
    ['/v1/payments/', payment.id],
    ['/v1/approvals/', approval.id],
    ['/v1/products/', mug.id],
    ['/v1/users/', shopper.id],
    ['/v1/roles/', 'desk'],
    ['/v1/api-keys/', minted.id],
    ['/v1/promotions/', coupon],
    ['/v1/webhook-endpoints/', endpoint],
    ['/v1/ledger/accounts/', accounts.body.data[0]!.id],
    ['/v1/ledger/transactions/', posted],
    ['/v1/reconciliations/', reconciliation],
    ['/v1/exports/', 'exp_01h455vb4pex5vsknk084sn02q'],
    ['/v1/auth/identities/', 'idn_01h455vb4pex5vsknk084sn02q'],
    ['/v1/auth/passkeys/', 'psk_01h455vb4pex5vsknk084sn02q'],
    ['/v1/auth/providers/', 'nobody'],
    ['/v1/auth/sessions/', session.body.data[0]!.id],
  ];
  /** The address of something that exists, for a path of the OpenAPI document. @throws Error for a path it does not know */
  const addressOf = (path: string): string => {
    if (!path.includes('{')) return path;
    const known = ids.find(([prefix]) => path.startsWith(prefix));
    if (!known) throw new Error(`Add an id for ${path} to test/support/every-request.ts.`);
    return path.replace(/\{\w+\}/, known[1]);
  };
  /** Values that name something. */
  const values = [mug.id, paid.id, payment.id, shopper.id, paid.lines[0]?.id, 'pm_declined', 'store_credit'];
  return { api, admin, examples, addressOf, values };
}

/** A day with a difference that may be explained. */
async function reconcile(api: Api): Promise<{ reconciliation: string; difference: string }> {
  // In a form that Citus takes, too.
  const past =
    "UPDATE sandbox.operations SET created_at = (created_at AT TIME ZONE 'UTC' - interval '9 days') AT TIME ZONE 'UTC'";
  await api.sql(api.app.get(Config).shop === undefined ? past : sandboxInShop(past));
  const run = await api.app.get(Reconciler).run('sandbox', new Date().toISOString().slice(0, 10), () => undefined);
  const reconciliation = encodeId('rcn', run.id);
  const found = await api.get<{ differences: { id: string }[] }>(
    `/v1/reconciliations/${reconciliation}`,
    await api.admin(),
  );
  return { reconciliation, difference: found.body.differences[0]!.id };
}
