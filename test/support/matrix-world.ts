import { randomUUID } from 'node:crypto';
import { encodeId, type EventId } from '../../src/shared/ids.js';
import type { Api, Person } from './api.js';
import type { AccountBody, OrderBody, PageBody, PaymentBody } from './bodies.js';
import { deadLetterOf, disputeOf, identityOf, reconcile, sessionOf } from './matrix-things.js';
import { message } from './sandbox.js';

/** A request of one operation; `id` names what it is about. */
export interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Make = () => Asked | Promise<Asked>;

const PASSWORD = 'a long enough password';
const NO_PASSKEY = 'psk_01h455vb4pex5vsknk084sn02q';
const price = { amount: 1000, currency: 'EUR' };
const credit = { amount: 1, currency: 'EUR' };

const arrival = { flow: 'A'.repeat(43), callback: 'code=1&state=2' };
const none = (): Asked => ({});
/** An address of its own needs no name server, and nothing is sent to it without a worker. */
const endpoint = { url: 'https://1.1.1.1/', types: ['order.*'] };
const role = () => ({ name: `desk_${randomUUID().slice(0, 8)}`, permissions: [] });
const product = () => ({ sku: randomUUID(), name: 'Mug', price });
const coupon = () => ({ name: 'Welcome', code: `C-${randomUUID()}`, benefit: 'percent', percentage: '10' });
const about = (id: string, body?: unknown) => (): Asked => ({ id, ...(body !== undefined && { body }) });

/**
 * Makes a request for each operation of the API, by method and path. What belongs to a customer belongs to `owner`. A request that
 * can succeed once gets something new each time.
 */
export async function requestsOf(api: Api, owner: Person): Promise<Readonly<Record<string, Make>>> {
  const [{ token }, friend, mug] = await Promise.all([api.admin(), api.person(), api.product(1_000_000)]);
  const lines = [{ productId: mug.id, quantity: 2 }];
  const post = async <T = { id: string }>(path: string, body: object) =>
    (await api.post<T>(path, { token, body })).body;
  const place = async (): Promise<OrderBody> => (await api.place(owner, lines)).body;
  const pay = async (given: object = {}): Promise<PaymentBody> => (await api.pay(owner, await place(), given)).body;
  const postings = [{ debit: 'payouts', credit: 'equity', amount: 1 }];
  const entry = () => ({ currency: 'EUR', postings, reason: 'founding' });
  const key = { name: 'ERP', scopes: ['orders:read'] };
  const minted = await post('/v1/api-keys', key);
  const receiver = await post('/v1/webhook-endpoints', endpoint);
  const ping = await post(`/v1/webhook-endpoints/${receiver.id}/pings`, {});
  const desk = await post<{ name: string }>('/v1/roles', role());

  const file = await post('/v1/exports', { kind: 'sales' });

  const promotion = await post('/v1/promotions', coupon());
  const parcel = { name: 'Parcel', currency: 'EUR', price: 499 };
  const method = await post('/v1/shipping-methods', parcel);

  const [order, payment] = await Promise.all([place(), pay()]);
  const refund = await post(`/v1/payments/${payment.id}/refunds`, { amount: 1 });
  const askApproval = () => post('/v1/approvals', { paymentId: payment.id, amount: 1 });
  const waiting = await askApproval();
  const dispute = await disputeOf(api, await pay({ paymentMethod: 'pm_dispute' }));
  const booked = await post('/v1/ledger/transactions', entry());
  await post(`/v1/users/${owner.id}/store-credit-grants`, { ...credit, amount: 1000, reason: 'sorry' });
  const known = { email: `${randomUUID()}@till.test`, password: PASSWORD };
  await api.post('/v1/auth/register', { body: { ...known, name: 'Ada' } });
  const day = await reconcile(api);
  const event = encodeId('evt', (await api.sql('SELECT id FROM events LIMIT 1'))[0]!['id'] as EventId);
  const accounts = await api.get<PageBody<AccountBody>>('/v1/ledger/accounts', { id: '', token });
  const account = accounts.body.data[0]!.id;

  return {
    'POST /v1/auth/register': () => ({ body: { email: `${randomUUID()}@till.test`, password: PASSWORD, name: 'Ada' } }),
    'POST /v1/auth/login': () => ({ body: known }),
    'POST /v1/auth/refresh': () => ({ body: { refreshToken: 'A'.repeat(43) } }),
    'POST /v1/auth/logout': () => ({ body: { refreshToken: 'A'.repeat(43) } }),
    'POST /v1/auth/password/forgot': () => ({ body: { email: `${randomUUID()}@till.test` } }),
    'POST /v1/auth/password/reset': () => ({ body: { token: 'A'.repeat(43), newPassword: PASSWORD } }),
    'POST /v1/auth/password/change': () => ({ body: { currentPassword: 'a wrong password', newPassword: PASSWORD } }),
    'POST /v1/auth/mfa/challenge': () => ({ body: { mfaToken: 'A'.repeat(43), code: '000000' } }),
    'POST /v1/auth/reauthentication': () => ({ body: { password: 'a wrong password' } }),
    'POST /v1/auth/reauthentication/passkey': () => ({ body: { credential: {} } }),
    'GET /v1/auth/passkeys': none,
    'POST /v1/auth/passkeys/registrations': none,
    'POST /v1/auth/passkeys': () => ({ body: { name: 'Laptop', credential: {} } }),
    'PATCH /v1/auth/passkeys/{id}': () => ({ id: NO_PASSKEY, body: { name: 'Laptop' } }),
    'DELETE /v1/auth/passkeys/{id}': () => ({ id: NO_PASSKEY }),
    'POST /v1/auth/passkeys/authentications': none,
    'POST /v1/auth/passkeys/sign-ins': () => ({ body: { credential: {} } }),
    'GET /v1/auth/mfa': none,
    'POST /v1/auth/mfa/totp': none,
    'POST /v1/auth/mfa/totp/confirmation': () => ({ body: { code: '1' } }),
    'DELETE /v1/auth/mfa/totp': none,
    'POST /v1/auth/mfa/recovery-codes': none,
    'POST /v1/auth/email/verification': none,
    'POST /v1/auth/email/verification/confirmation': () => ({ body: { token: 'A'.repeat(43) } }),
    'POST /v1/users/me/email-change': () => ({ body: { email: `${randomUUID()}@till.test` } }),
    'POST /v1/auth/email-change/confirmation': () => ({ body: { token: 'A'.repeat(43) } }),
    'POST /v1/auth/email-change/undo': () => ({ body: { token: 'A'.repeat(43) } }),
    'POST /v1/auth/added-access/undo': () => ({ body: { token: 'A'.repeat(43) } }),
    'GET /v1/auth/providers': none,
    'POST /v1/auth/providers/{provider}/authorizations': () => ({ id: 'nobody', body: {} }),
    'POST /v1/auth/providers/{provider}/sign-ins': () => ({ id: 'nobody', body: arrival }),
    'GET /v1/auth/identities': none,
    'POST /v1/auth/identities/authorizations': () => ({ body: { provider: 'nobody' } }),
    'POST /v1/auth/identities': () => ({ body: arrival }),
    'DELETE /v1/auth/identities/{id}': async () => ({ id: await identityOf(api, owner) }),
    'GET /v1/auth/sessions': none,
    'DELETE /v1/auth/sessions': none,
    'DELETE /v1/auth/sessions/{id}': async () => ({ id: await sessionOf(api, owner) }),
    'GET /.well-known/jwks.json': none,
    'GET /status': none,
    'POST /v1/providers/{provider}/webhooks': () => {
      const { raw, headers } = message({ id: `msg_${randomUUID()}`, type: 'weather.changed' });
      return { id: 'sandbox', body: raw.toString(), headers };
    },
    'GET /v1/permissions': none,
    'GET /v1/roles': none,
    'POST /v1/roles': () => ({ body: role() }),
    'GET /v1/roles/{name}': about('finance'),
    'PATCH /v1/roles/{name}': about(desk.name, { description: 'Desk' }),
    'DELETE /v1/roles/{name}': async () => ({ id: (await post<{ name: string }>('/v1/roles', role())).name }),
    'GET /v1/api-keys': none,
    'POST /v1/api-keys': () => ({ body: key }),
    'GET /v1/api-keys/{id}': about(minted.id),
    'POST /v1/api-keys/{id}/rotation': about(minted.id, { overlapHours: 0 }),
    'DELETE /v1/api-keys/{id}': async () => ({ id: (await post('/v1/api-keys', key)).id }),
    'GET /v1/audit-log': none,
    'GET /v1/webhook-endpoints': none,
    'POST /v1/webhook-endpoints': () => ({ body: endpoint }),
    'GET /v1/webhook-endpoints/{id}': about(receiver.id),
    'PATCH /v1/webhook-endpoints/{id}': about(receiver.id, { description: 'ERP' }),
    'DELETE /v1/webhook-endpoints/{id}': async () => ({ id: (await post('/v1/webhook-endpoints', endpoint)).id }),
    'POST /v1/webhook-endpoints/{id}/secret-rotations': about(receiver.id, {}),
    'POST /v1/webhook-endpoints/{id}/pings': about(receiver.id),
    'POST /v1/webhook-endpoints/{id}/replays': about(receiver.id, {}),
    'GET /v1/webhook-endpoints/{id}/deliveries': about(receiver.id),
    'GET /v1/webhook-deliveries/{id}': about(ping.id),
    'POST /v1/webhook-deliveries/{id}/redeliveries': about(ping.id),
    'GET /v1/dead-letters': none,
    'POST /v1/dead-letters/{id}/retries': async () => ({ id: await deadLetterOf(api) }),
    'GET /v1/events': none,
    'GET /v1/events/{id}': about(event),
    'GET /v1/users': none,
    'POST /v1/users': () => ({ body: { email: `${randomUUID()}@till.test`, name: 'Grace' } }),
    'GET /v1/users/me': none,
    'PATCH /v1/users/me': () => ({ body: { name: 'Ada' } }),
    'GET /v1/users/me/export': none,
    'DELETE /v1/users/me': () => ({ body: { password: 'a wrong password' } }),
    'GET /v1/users/{id}/export': about(owner.id),
    'DELETE /v1/users/{id}': async () => ({ id: (await api.person()).id }),
    'GET /v1/users/{id}': about(owner.id),
    'PATCH /v1/users/{id}': about(owner.id, { name: 'Ada' }),
    'GET /v1/users/{id}/tax-status': about(owner.id),
    'PATCH /v1/users/{id}/tax-status': about(owner.id, { vatId: 'DE136695976' }),
    'GET /v1/users/me/store-credit': none,
    'GET /v1/users/{id}/store-credit': about(owner.id),
    'POST /v1/users/{id}/store-credit-grants': about(owner.id, { ...credit, reason: 'sorry' }),
    'POST /v1/users/{id}/store-credit-transfers': about(owner.id, { ...credit, toUserId: friend.id }),
    'GET /v1/promotions': none,
    'POST /v1/promotions': () => ({ body: coupon() }),
    'GET /v1/promotions/{id}': about(promotion.id),
    'PATCH /v1/promotions/{id}': about(promotion.id, { name: 'Welcome back' }),
    'DELETE /v1/promotions/{id}': async () => ({ id: (await post('/v1/promotions', coupon())).id }),
    'GET /v1/shipping-methods': none,
    'POST /v1/shipping-methods': () => ({ body: parcel }),
    'GET /v1/shipping-methods/{id}': about(method.id),
    'PATCH /v1/shipping-methods/{id}': about(method.id, { price: 599 }),
    'DELETE /v1/shipping-methods/{id}': async () => ({ id: (await post('/v1/shipping-methods', parcel)).id }),
    'GET /v1/products': none,
    'POST /v1/products': () => ({ body: product() }),
    'GET /v1/products/{id}': about(mug.id),
    'PATCH /v1/products/{id}': about(mug.id, { name: 'Mug' }),
    'DELETE /v1/products/{id}': async () => ({ id: (await post('/v1/products', product())).id }),
    'POST /v1/products/{id}/stock-adjustments': about(mug.id, { delta: 1, reason: 'found one' }),
    'GET /v1/products/{id}/stock-movements': about(mug.id),
    'GET /v1/orders': none,
    'POST /v1/orders': () => ({ body: { lines, customerId: owner.id } }),
    'GET /v1/orders/{id}': about(order.id),
    'POST /v1/orders/{id}/cancellation-quotes': async () => ({ id: (await place()).id, body: {} }),
    'POST /v1/orders/{id}/cancellation': async () => ({ id: (await place()).id, body: {} }),
    'GET /v1/orders/{id}/fulfillments': about(order.id),
    'POST /v1/orders/{id}/fulfillments': async () => ({ id: (await pay()).orderId, body: {} }),
    'GET /v1/orders/{id}/messages': about(order.id),
    'POST /v1/orders/{id}/messages': about(order.id, { text: 'Is it red?' }),
    'GET /v1/orders/{id}/timeline': about(order.id),
    'GET /v1/orders/{id}/payments': about(order.id),
    'POST /v1/orders/{id}/payments': async () => ({ id: (await place()).id, body: { paymentMethod: 'pm_ok' } }),
    'GET /v1/payments': none,
    'GET /v1/payments/{id}': about(payment.id),
    'POST /v1/payments/{id}/captures': async () => ({ id: (await pay({ capture: 'manual' })).id, body: {} }),
    'POST /v1/orders/{id}/cancellation-requests': async () => ({ id: (await pay()).orderId, body: {} }),
    'POST /v1/payments/{id}/cancellation': async () => ({ id: (await pay({ capture: 'manual' })).id }),
    'GET /v1/payments/{id}/refunds': about(payment.id),
    'POST /v1/payments/{id}/refunds': about(payment.id, { amount: 1 }),
    'GET /v1/payments/{id}/disputes': about(payment.id),
    'POST /v1/payments/{id}/refund-quotes': about(payment.id, { amount: 1 }),
    'GET /v1/refunds': none,
    'GET /v1/disputes': none,
    'GET /v1/refunds/{id}': about(refund.id),
    'POST /v1/refunds/{id}/retries': about(refund.id),
    'GET /v1/approvals': none,
    'POST /v1/approvals': () => ({ body: { paymentId: payment.id, amount: 1 } }),
    'GET /v1/approvals/{id}': about(waiting.id),
    'POST /v1/approvals/{id}/decision': async () => ({ id: (await askApproval()).id, body: { decision: 'approve' } }),
    'GET /v1/disputes/{id}': about(dispute),
    'GET /v1/ledger/accounts': none,
    'GET /v1/ledger/accounts/{id}': about(account),
    'GET /v1/ledger/accounts/{id}/entries': about(account),
    'GET /v1/ledger/proof': none,
    'POST /v1/quotes': () => ({ body: { lines, customerId: owner.id } }),
    'GET /v1/search': none,
    'GET /v1/reports/vat': none,
    'POST /v1/exports': () => ({ body: { kind: 'sales' } }),
    'GET /v1/exports/{id}': about(file.id),
    'GET /v1/exports/{id}/file': about(file.id),
    'GET /v1/reports/sales': none,
    'GET /v1/reports/customers': none,
    'GET /v1/reports/activity': none,
    'GET /v1/reports/top-products': none,
    'GET /v1/tax-rates': none,
    'GET /v1/ledger/transactions': none,
    'POST /v1/ledger/transactions': () => ({ body: entry() }),
    'GET /v1/ledger/transactions/{id}': about(booked.id),
    'POST /v1/ledger/transactions/{id}/reversals': async () => ({
      id: (await post('/v1/ledger/transactions', entry())).id,
      body: { reason: 'twice' },
    }),
    'GET /v1/reconciliations': none,
    'GET /v1/reconciliations/{id}': about(day.reconciliation),
    'GET /v1/reconciliations/{id}/differences': about(day.reconciliation),
    'POST /v1/reconciliations/{id}/postings': about(day.reconciliation, {
      differenceId: day.difference,
      account: 'adjustments',
      note: 'known',
    }),
    'POST /v1/reconciliations/{id}/resolutions': about(day.reconciliation, {
      differenceId: day.difference,
      state: 'explained',
      note: 'known',
    }),
  };
}
