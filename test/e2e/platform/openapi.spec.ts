import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemCatalog } from '../../../src/platform/http/index.js';
import { Config } from '../../../src/platform/config/index.js';
import { Reconciler } from '../../../src/payments/index.js';
import { WebhookProcessor } from '../../../src/payments/webhooks/webhook-processor.js';
import { decodeId, encodeId } from '../../../src/shared/ids.js';
import { Authenticator } from '../../support/authenticator.js';
import type { PageBody } from '../../support/bodies.js';
import { CLIENT, startIdentityProvider, type TestIdentityProvider } from '../../support/identity-provider.js';
import { PasskeyDevice } from '../../support/passkey-device.js';
import { message, sandboxOffice } from '../../support/sandbox.js';
import { deadLetterOf } from '../../support/matrix-things.js';
import { misfits, objectsIn, type OpenApi, resolve, type Response, type Schema } from '../../support/openapi.js';
import { api, scenario } from '../../support/scenario.js';

const REDIRECT_URI = 'http://127.0.0.1:4000/arrived';

let openapi: OpenApi;
let provider: TestIdentityProvider;
scenario({
  people: [],
  unchecked: true,
  env: async () => {
    provider = await startIdentityProvider({ redirectUri: REDIRECT_URI });
    const client = { clientId: CLIENT.id, clientSecret: CLIENT.secret, redirectUris: [REDIRECT_URI] };
    return { OIDC_PROVIDERS: JSON.stringify([{ id: 'acme', name: 'Acme', issuer: provider.issuer, ...client }]) };
  },
});
afterAll(() => provider?.close());
beforeAll(async () => {
  openapi = (await api.request<OpenApi>('GET /openapi.json')).body;
});

const operations = () =>
  Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, line: `${method.toUpperCase()} ${path}` })),
  );

/** The schema of what an operation answers when all goes well, by its status. */
function successesOf(line: string): [status: number, schema: Schema | undefined][] {
  const { responses } = operations().find((operation) => operation.line === line)!;
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return successes.map(([status, { content }]) => [Number(status), Object.values(content ?? {})[0]?.schema]);
}

/** The operation of this name. */
const operationOf = (id: string) => operations().find(({ operationId }) => operationId === id)!;

const headersOf = (id: string, status: string) => Object.keys(operationOf(id).responses[status]!.headers!);
/** The headers that a request takes. */
const taken = (id: string) => {
  const parameters = operationOf(id).parameters ?? [];
  return parameters.filter((it) => it.in === 'header').map(({ name }) => name);
};

/** The codes of a response that may be a reference to a shared one. */
function codesOf(response: Response): unknown[] {
  const { content } = response.$ref ? (resolve(openapi, response.$ref) as Response) : response;
  const parts = content?.['application/problem+json']?.schema?.allOf ?? [];
  return parts.flatMap(({ properties }) => [...(properties?.['code']?.enum ?? [])]);
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

describe('openapi.json', () => {
  it('describes what each operation answers when all goes well, and that once', () => {
    const lines = operations().map(({ line }) => line);
    expect(lines.filter((line) => line.includes(' /v1/')).length).toBeGreaterThan(25);
    const vague = lines.filter((line) => {
      const successes = successesOf(line);
      return successes.length !== 1 || successes.some(([status, schema]) => (status === 204) !== !schema);
    });
    expect(vague).toEqual([]);
  });

  it('refers to nothing that is not there', () => {
    const refs = JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g);
    const missing = [...refs].map(([, ref]) => ref!).filter((ref) => !resolve(openapi, ref));
    expect(missing).toEqual([]);
  });

  it('says that numbers are whole, also those that are sent', () => {
    const members = resolve(openapi, '#/components/schemas/CreatePaymentDto')?.properties;
    expect(members?.['amount']?.type).toBe('integer');
    expect(JSON.stringify(openapi)).not.toContain('"type":"number"');
  });

  it('closes the bodies that come in, and says the limits of their numbers and lists', () => {
    const bodies = operations().flatMap(({ requestBody }) => requestBody?.content['application/json']?.schema ?? []);
    const objects = bodies.flatMap((body) => objectsIn(openapi, body));
    expect(objects.length).toBeGreaterThan(20);
    expect(objects.filter(({ additionalProperties }) => additionalProperties !== false)).toEqual([]);
    const members = objects.flatMap(({ properties }) => Object.entries(properties ?? {}));
    const numbers = members.filter(([, { type }]) => type === 'integer');
    expect(numbers.filter(([, it]) => it.minimum === undefined || it.maximum === undefined)).toEqual([]);
    const lines = resolve(openapi, '#/components/schemas/PlaceOrderDto')?.properties?.['lines'];
    expect(lines).toMatchObject({ type: 'array', minItems: 1, maxItems: 1500 });
    const quantity = resolve(openapi, '#/components/schemas/PlaceOrderLineDto')?.properties?.['quantity'];
    expect(quantity).toMatchObject({ minimum: 1, maximum: 1_000_000 });
  });

  it('describes each parameter of each path', () => {
    const missing = operations().filter(({ line, parameters = [] }) =>
      [...line.matchAll(/\{(\w+)\}/g)].some(
        ([, name]) => !parameters.some((it) => it.in === 'path' && it.name === name),
      ),
    );
    expect(missing.map(({ line }) => line)).toEqual([]);
  });

  it('says that If-Match may be left out, and that an empty parameter of a query is none', () => {
    const parameters = operations().flatMap((operation) => operation.parameters ?? []);
    const ifMatch = parameters.filter(({ name }) => name.toLowerCase() === 'if-match');
    expect(ifMatch).toHaveLength(10);
    expect(ifMatch.filter(({ required }) => required)).toEqual([]);
    expect(parameters.filter((it) => it.in === 'query' && it.allowEmptyValue !== true)).toEqual([]);
  });

  it('says that a body may be left out where none of its members is required', () => {
    const optional = operations().filter(({ requestBody }) => requestBody?.required === false);
    const lines = ['PATCH /v1/users/me', 'POST /v1/orders/{id}/cancellation', 'POST /v1/payments/{id}/refunds'];
    expect(optional.map(({ line }) => line)).toEqual(expect.arrayContaining(lines));
    expect(optional.map(({ line }) => line)).not.toContain('POST /v1/orders');
  });

  it('gives each operation a name of its own, a summary, a text and a tag with a description', () => {
    const names = operations().map(({ operationId }) => operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const unexplained = operations().filter(({ summary }) => !summary);
    const advice = unexplained.map(
      ({ line, operationId }) => `${line}: add @Operation('...', '...') to ${operationId}.`,
    );
    expect(advice).toEqual([]);
    expect(operations().filter(({ description }) => !description)).toEqual([]);
    const tags = new Set(openapi.tags.filter(({ description }) => description).map(({ name }) => name));
    const untagged = operations().filter(({ tags: own = [] }) => own.length !== 1 || !tags.has(own[0]!));
    expect(untagged.map(({ line, tags: own }) => `${line}: describe ${own} in src/api-description.ts.`)).toEqual([]);
  });

  it('says who may call an operation, for programs and for people', () => {
    const [ship] = operations().filter(({ operationId }) => operationId === 'fulfillOrder');
    expect(ship).toMatchObject({ security: [{ bearer: [] }], 'x-permission': 'orders:fulfill' });
    expect(ship!.description).toContain('Needs the permission `orders:fulfill` (support, admin).');
    const [signIn] = operations().filter(({ operationId }) => operationId === 'signIn');
    expect(signIn).toMatchObject({ security: [] });
    const [products] = operations().filter(({ operationId }) => operationId === 'listProducts');
    expect(products).toMatchObject({ security: [{}, { bearer: [] }] });
  });

  it('names the problems of an operation by status, with their codes', () => {
    const { responses } = operations().find(({ operationId }) => operationId === 'placeOrder')!;
    expect(codesOf(responses['409']!)).toEqual(
      expect.arrayContaining(['idempotency_key_in_use', 'insufficient_stock']),
    );
    expect(codesOf(responses['422']!)).toEqual(['idempotency_key_reused']);
    expect(codesOf(responses['403']!)).toEqual([
      'cross_site_request',
      'email_not_verified',
      'forbidden',
      'recent_sign_in_required',
      'second_factor_required',
    ]);
    const { enum: codes } = resolve(openapi, '#/components/schemas/ProblemCode')!;
    expect(codes).toEqual([...problemCatalog.keys()].toSorted());
  });

  it('describes the headers that a request takes and a response has', () => {
    expect(taken('placeOrder')).toEqual(['Idempotency-Key']);
    expect(headersOf('placeOrder', '201')).toEqual(expect.arrayContaining(['Idempotent-Replayed', 'RateLimit']));
    expect(taken('changeProduct')).toEqual(['If-Match']);
    expect(taken('readProduct')).toEqual(['If-None-Match']);
    expect([headersOf('readProduct', '200'), headersOf('readProduct', '304')]).toEqual([
      expect.arrayContaining(['ETag']),
      expect.arrayContaining(['ETag']),
    ]);
    expect(headersOf('listOrders', '200')).toContain('Link');
  });

  it('leaves objects open that clients fill as they like, and describes the attribute filter as a deepObject', () => {
    const free = Object.values(openapi.components['schemas']!).flatMap((schema) =>
      Object.entries((schema as Schema).properties ?? {}).filter(
        ([, { type, properties }]) => type === 'object' && !properties,
      ),
    );
    expect(free.length).toBeGreaterThan(3);
    expect(free.filter(([, { additionalProperties }]) => !additionalProperties)).toEqual([]);
    const { parameters = [] } = operations().find(({ operationId }) => operationId === 'listProducts')!;
    expect(parameters.find(({ name }) => name === 'attributes')).toMatchObject({ style: 'deepObject', explode: true });
  });

  it('gives no default to a member of a body, which generated clients would then require', () => {
    const bodies = operations().flatMap(({ requestBody }) => requestBody?.content['application/json']?.schema ?? []);
    const members = bodies
      .flatMap((body) => objectsIn(openapi, body))
      .flatMap(({ properties }) => Object.values(properties ?? {}));
    expect(members.filter((member) => 'default' in member)).toEqual([]);
  });

  it('says what the api answers, member by member', async () => {
    let { token } = await api.admin();
    const asked = new Set<string>();
    /** The body of the last answer. */
    let answered: unknown;
    /** Sends the request, holds the answer against its description, and answers the id in it. */
    const ask = async (line: string, id = '', body?: object): Promise<string> => {
      asked.add(line);
      const headers = { 'idempotency-key': randomUUID() };
      const answer = await api.request<{ id: string }>(line.replace(/\{\w+\}/, id), { token, body, headers });
      answered = answer.body;
      const [[status, schema] = []] = successesOf(line);
      const found = schema ? misfits(openapi, schema, answer.body) : [];
      expect({ line, status: answer.status, found }).toEqual({ line, status, found: [] });
      return answer.body.id;
    };

    const ada = { email: 'ada@till.test', password: 'a long enough password' };
    await ask('POST /v1/auth/register', '', { ...ada, name: 'Ada' });
    await ask('POST /v1/auth/login', '', ada);
    const grace = await ask('POST /v1/users', '', { email: 'grace@till.test', name: 'Grace' });
    await ask('GET /v1/users');
    await ask('GET /v1/permissions');
    await ask('GET /v1/audit-log');
    const key = await ask('POST /v1/api-keys', '', { name: 'ERP', scopes: ['orders:read'] });
    await ask('GET /v1/api-keys');
    await ask('GET /v1/api-keys/{id}', key);
    await ask('POST /v1/api-keys/{id}/rotation', key, { overlapHours: 1 });
    await ask('DELETE /v1/api-keys/{id}', key);
    const receiver = { url: 'https://1.1.1.1/', types: ['order.*'] };
    const endpoint = await ask('POST /v1/webhook-endpoints', '', receiver);
    await ask('GET /v1/webhook-endpoints');
    await ask('GET /v1/webhook-endpoints/{id}', endpoint);
    await ask('PATCH /v1/webhook-endpoints/{id}', endpoint, { description: 'ERP' });
    await ask('POST /v1/webhook-endpoints/{id}/secret-rotations', endpoint, { overlapHours: 1 });
    await ask('POST /v1/webhook-endpoints/{id}/replays', endpoint, {});
    const ping = await ask('POST /v1/webhook-endpoints/{id}/pings', endpoint);
    await ask('GET /v1/webhook-endpoints/{id}/deliveries', endpoint);
    await ask('GET /v1/webhook-deliveries/{id}', ping);
    await ask('POST /v1/webhook-deliveries/{id}/redeliveries', ping);
    await ask('DELETE /v1/webhook-endpoints/{id}', endpoint);
    const role = { name: 'desk', description: 'Desk', permissions: ['orders:read'] };
    await ask('POST /v1/roles', '', role);
    await ask('GET /v1/roles');
    await ask('GET /v1/roles/{name}', 'desk');
    await ask('PATCH /v1/roles/{name}', 'desk', { description: 'Returns' });
    await ask('DELETE /v1/roles/{name}', 'desk');
    await ask('GET /v1/users/me');
    await ask('PATCH /v1/users/me', '', { name: 'Admiral' });
    await ask('GET /v1/users/{id}', grace);
    await ask('PATCH /v1/users/{id}', grace, { name: 'Grace H.' });
    await ask('GET /v1/users/{id}/tax-status', grace);
    await ask('PATCH /v1/users/{id}/tax-status', grace, { vatId: 'DE136695976', vatIdConfirmed: true });
    await ask('GET /v1/users/me/export');
    await ask('GET /v1/users/{id}/export', grace);
    await ask('DELETE /v1/users/{id}', (await api.person()).id);

    const price = { amount: 1000, currency: 'EUR' };
    const mug = await ask('POST /v1/products', '', { sku: 'mug', name: 'Mug', price, stock: { onHand: 90 } });
    await ask('PATCH /v1/products/{id}', mug, { attributes: { color: 'red' } });
    await ask('POST /v1/products/{id}/stock-adjustments', mug, { delta: 1, reason: 'found one' });

    const place = (given: object = {}) =>
      ask('POST /v1/orders', '', { lines: [{ productId: mug, quantity: 2 }], ...given });
    const pay = (order: string, given: object) =>
      ask('POST /v1/orders/{id}/payments', order, { paymentMethod: 'pm_ok', ...given });
    for (const paymentMethod of ['pm_ok', 'pm_declined', 'pm_requires_action'])
      await place({ payment: { paymentMethod } });
    await ask('POST /v1/quotes', '', { lines: [{ productId: mug, quantity: 2 }] });
    const order = await place({ shippingAddress: { city: 'Ulm' }, metadata: { gift: true } });
    await pay(order, { paymentMethod: 'pm_declined' });
    const held = await pay(order, { capture: 'manual', amount: 1500 });
    await pay(order, { amount: 500 });
    await ask('POST /v1/payments/{id}/captures', held, { amount: 1000 });
    await ask('POST /v1/payments/{id}/cancellation', held);
    await pay(order, {});
    await ask('POST /v1/orders/{id}/fulfillments', order, { carrier: 'Post' });
    await ask('POST /v1/payments/{id}/refund-quotes', held, { amount: 300 });
    await ask('POST /v1/orders/{id}/cancellation-quotes', await place(), {});
    const refund = await ask('POST /v1/payments/{id}/refunds', held, { amount: 300 });
    await ask('POST /v1/orders/{id}/cancellation', await place());

    await api.sql('DELETE FROM outbox'); // as the worker does, which puts them into the log
    for (const list of ['orders', 'payments', 'products', 'refunds', 'events']) await ask(`GET /v1/${list}`);
    await ask('GET /v1/events/{id}', (answered as PageBody<{ id: string }>).data[0]!.id);
    const letter = await deadLetterOf(api);
    await ask('GET /v1/dead-letters');
    await ask('POST /v1/dead-letters/{id}/retries', letter);
    await ask('GET /v1/orders/{id}', order);
    await ask('POST /v1/orders/{id}/messages', order, { text: 'Is it red?' });
    for (const part of ['payments', 'fulfillments', 'timeline', 'messages'])
      await ask(`GET /v1/orders/{id}/${part}`, order);
    await ask('GET /v1/payments/{id}', held);
    await ask('GET /v1/payments/{id}/refunds', held);
    await ask('GET /v1/refunds/{id}', refund);
    const asking = await api.post<{ id: string }>('/v1/approvals', {
      token: (await api.person('finance')).token,
      body: { paymentId: held, amount: 1 },
    });
    await ask('POST /v1/approvals', '', { paymentId: held, amount: 1 });
    await ask('GET /v1/approvals');
    await ask('GET /v1/approvals/{id}', asking.body.id);
    await ask('POST /v1/approvals/{id}/decision', asking.body.id, { decision: 'approve' });
    const kept = await pay(await place(), {});
    const unwanted = await place();
    await pay(unwanted, {});
    await ask('POST /v1/orders/{id}/cancellation-requests', unwanted, {});
    await api.sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES (gen_random_uuid(), $1, 'dispute', 2000, 'EUR', 'pm_ok', 'succeeded')`,
      [decodeId('pay', kept)],
    );
    await ask('POST /v1/refunds/{id}/retries', await ask('POST /v1/payments/{id}/refunds', kept, {}));
    await ask('GET /v1/products/{id}', mug);
    await ask('GET /v1/products/{id}/stock-movements', mug);
    const disputed = await pay(await place(), { paymentMethod: 'pm_dispute' });
    const office = sandboxOffice(api);
    await office.send(
      await office.webhook({ id: disputed }, { type: 'dispute_opened', amount: 2000, dispute: 'dp_1' }),
    );
    await api.app.get(WebhookProcessor).processDue();
    await ask('GET /v1/payments/{id}/disputes', disputed);
    await ask('GET /v1/disputes');
    const disputes = await api.get<PageBody<{ id: string }>>(`/v1/payments/${disputed}/disputes`, await api.admin());
    await ask('GET /v1/disputes/{id}', disputes.body.data[0]?.id);
    await ask('DELETE /v1/products/{id}', mug);
    await ask('GET /v1/ledger/proof');
    await ask('GET /v1/search');
    await ask('GET /v1/reports/vat');
    const made = await ask('POST /v1/exports', '', { kind: 'sales' });
    await ask('GET /v1/exports/{id}', made);
    // A file has no members: test/e2e/exports/exports.spec.ts reads some.
    asked.add('GET /v1/exports/{id}/file');
    await ask('GET /v1/reports/sales');
    await ask('GET /v1/reports/customers');
    await ask('GET /v1/reports/activity');
    await ask('GET /v1/reports/top-products');
    await ask('GET /v1/tax-rates');
    const parcel = await ask('POST /v1/shipping-methods', '', { name: 'Parcel', currency: 'EUR', price: 499 });
    await ask('GET /v1/shipping-methods');
    await ask('GET /v1/shipping-methods/{id}', parcel);
    await ask('PATCH /v1/shipping-methods/{id}', parcel, { price: 599 });
    await ask('DELETE /v1/shipping-methods/{id}', parcel);
    const coupon = { name: 'Welcome', code: 'WELCOME10', benefit: 'percent', percentage: '10', usageLimit: 5 };
    const promotion = await ask('POST /v1/promotions', '', coupon);
    await ask('GET /v1/promotions');
    await ask('GET /v1/promotions/{id}', promotion);
    await ask('PATCH /v1/promotions/{id}', promotion, { name: 'Welcome back' });
    await ask('DELETE /v1/promotions/{id}', promotion);
    const postings = [{ debit: 'payouts', credit: 'equity', amount: 100 }];
    const posted = await ask('POST /v1/ledger/transactions', '', { currency: 'EUR', postings, reason: 'founding' });
    await ask('POST /v1/ledger/transactions/{id}/reversals', posted, { reason: 'too early' });
    await ask('GET /v1/ledger/transactions');
    await ask('GET /v1/ledger/transactions/{id}', posted);
    await ask('GET /v1/ledger/accounts');
    const accounts = await api.get<PageBody<{ id: string }>>('/v1/ledger/accounts', await api.admin());
    const account = accounts.body.data[0]?.id;
    await ask('GET /v1/ledger/accounts/{id}', account);
    await ask('GET /v1/ledger/accounts/{id}/entries', account);
    const credit = { amount: 500, currency: 'EUR' };
    await ask('POST /v1/users/{id}/store-credit-grants', grace, { ...credit, reason: 'sorry' });
    await ask('POST /v1/users/{id}/store-credit-transfers', grace, { ...credit, toUserId: (await api.person()).id });
    await ask('GET /v1/users/me/store-credit');
    await ask('GET /v1/users/{id}/store-credit', grace);
    await api.sql('UPDATE sandbox.operations SET amount = 1');
    const day = new Date().toISOString().slice(0, 10);
    const run = await api.app.get(Reconciler).run('sandbox', day, () => undefined);
    const reconciliation = encodeId('rcn', run.id);
    await ask('GET /v1/reconciliations');
    await ask('GET /v1/reconciliations/{id}', reconciliation);
    await ask('GET /v1/reconciliations/{id}/differences', reconciliation);
    const differences = `/v1/reconciliations/${reconciliation}/differences`;
    const differing = await api.get<PageBody<{ id: string }>>(differences, await api.admin());
    const found = { differenceId: differing.body.data[0]?.id, state: 'explained', note: 'known' };
    await ask('POST /v1/reconciliations/{id}/resolutions', reconciliation, found);
    const [unknown] = await api.sql(
      `UPDATE reconciliation_differences SET reason = 'unknown_kind', effect = 5
       WHERE id = (SELECT id FROM reconciliation_differences WHERE settlement_id IS NOT NULL LIMIT 1) RETURNING id`,
    );
    const differenceId = encodeId('rcd', unknown!['id'] as never);
    const posting = { differenceId, account: 'adjustments', note: 'known' };
    await ask('POST /v1/reconciliations/{id}/postings', reconciliation, posting);
    const webhooks = '/v1/providers/{provider}/webhooks';
    asked.add(`POST ${webhooks}`);
    const told = await office.send(message({ id: 'msg_1', type: 'weather.changed' }));
    expect([told.status, misfits(openapi, successesOf(`POST ${webhooks}`)[0]?.[1], told.body)]).toEqual([200, []]);
    const signIn = () => api.request<Tokens>('POST /v1/auth/login', { body: ada });
    token = (await signIn()).body.accessToken;
    await ask('POST /v1/auth/refresh', '', { refreshToken: (await signIn()).body.refreshToken });
    await ask('POST /v1/auth/logout', '', { refreshToken: (await signIn()).body.refreshToken });
    await ask('GET /v1/auth/sessions');
    const sessions = await api.request<PageBody<{ id: string }>>('GET /v1/auth/sessions', { token });
    await ask(
      'DELETE /v1/auth/sessions/{id}',
      sessions.body.data.find((one) => !('current' in one && one.current))?.id,
    );
    await ask('POST /v1/auth/password/forgot', '', { email: ada.email });
    await ask('POST /v1/auth/email/verification');
    for (const [line, purpose] of [
      ['POST /v1/auth/email/verification/confirmation', 'email_verification'],
      ['POST /v1/auth/password/reset', 'password_reset'],
    ] as const) {
      const sent = `${purpose} token`;
      await api.sql(
        `UPDATE mailed_tokens SET user_id = u.id, token_hash = sha256($2::bytea), expires_at = now() + interval '1 hour'
         FROM users u WHERE u.email = mailed_tokens.email AND purpose = $1`,
        [purpose, Buffer.from(sent)],
      );
      await ask(line, '', { token: sent, ...(purpose === 'password_reset' && { newPassword: ada.password }) });
    }
    token = (await signIn()).body.accessToken;
    const change = { currentPassword: ada.password, newPassword: 'seven loud blue herons' };
    await ask('POST /v1/auth/password/change', '', change);
    token = (await api.request<Tokens>('POST /v1/auth/login', { body: { ...ada, password: change.newPassword } })).body
      .accessToken;
    await ask('POST /v1/auth/reauthentication', '', { password: change.newPassword });
    await ask('POST /v1/auth/mfa/totp');
    const app = new Authenticator((answered as { secret: string }).secret);
    await ask('POST /v1/auth/mfa/totp/confirmation', '', { code: app.codeAt(Date.now() / 1000) });
    const added = answered as Tokens & { recoveryCodes: string[] };
    token = added.accessToken;
    await ask('GET /v1/auth/mfa');
    const half = await api.request<{ mfaToken: string }>('POST /v1/auth/login', {
      body: { ...ada, password: change.newPassword },
    });
    const proof = { mfaToken: half.body.mfaToken, code: added.recoveryCodes[0] };
    await ask('POST /v1/auth/mfa/challenge', '', proof);
    await ask('POST /v1/auth/mfa/recovery-codes');
    const device = new PasskeyDevice(new URL(api.app.get(Config).http.publicUrl).origin);
    const options = () => (answered as { publicKey: object }).publicKey;
    await ask('POST /v1/auth/passkeys/registrations');
    await ask('POST /v1/auth/passkeys', '', { name: 'Laptop', credential: device.create(options()) });
    const first = answered as { passkey: { id: string } };
    await ask('POST /v1/auth/passkeys/authentications');
    await ask('POST /v1/auth/passkeys/sign-ins', '', { credential: device.get(options()) });
    token = (answered as Tokens).accessToken;
    await ask('POST /v1/auth/passkeys/authentications');
    await ask('POST /v1/auth/reauthentication/passkey', '', { credential: device.get(options()) });
    await ask('GET /v1/auth/passkeys');
    await ask('PATCH /v1/auth/passkeys/{id}', first.passkey.id, { name: 'Phone' });
    await ask('DELETE /v1/auth/passkeys/{id}', first.passkey.id);
    await ask('DELETE /v1/auth/mfa/totp');
    token = (await api.request<Tokens>('POST /v1/auth/login', { body: { ...ada, password: change.newPassword } })).body
      .accessToken;
    provider.knows('ada', { email: 'ada@acme.test', email_verified: true });
    provider.knows('grace', { email: 'grace@acme.test', email_verified: true });
    const arrival = async (subject: string) => {
      const { authorizationUrl, flow } = answered as { authorizationUrl: string; flow: string };
      return { flow, callback: await provider.signIn(authorizationUrl, subject) };
    };
    await ask('GET /v1/auth/providers');
    await ask('POST /v1/auth/providers/{provider}/authorizations', 'acme', {});
    await ask('POST /v1/auth/providers/{provider}/sign-ins', 'acme', await arrival('grace'));
    await ask('POST /v1/auth/identities/authorizations', '', { provider: 'acme' });
    const identity = await ask('POST /v1/auth/identities', '', await arrival('ada'));
    await ask('GET /v1/auth/identities');
    await ask('DELETE /v1/auth/identities/{id}', identity);
    await ask('DELETE /v1/auth/sessions');
    const henry = { ...ada, email: 'henry@till.test' };
    await api.post('/v1/auth/register', { body: { ...henry, name: 'Henry' } });
    token = (await api.request<Tokens>('POST /v1/auth/login', { body: henry })).body.accessToken;
    await ask('DELETE /v1/users/me', '', { password: henry.password });
    const iris = { ...ada, email: 'iris@till.test' };
    await api.post('/v1/auth/register', { body: { ...iris, name: 'Iris' } });
    await api.sql('UPDATE users SET email_verified_at = now() WHERE email = $1', [iris.email]);
    token = (await api.request<Tokens>('POST /v1/auth/login', { body: iris })).body.accessToken;
    await ask('POST /v1/users/me/email-change', '', { email: 'ada.new@till.test' });
    for (const step of ['confirmation', 'undo']) {
      const sent = `email ${step} token`;
      await api.sql(
        step === 'undo'
          ? `INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at)
             SELECT gen_random_uuid(), 'email_change_undo', email, user_id, sha256($1::bytea), now() + interval '1 hour' FROM former_emails`
          : `UPDATE mailed_tokens SET token_hash = sha256($1::bytea), expires_at = now() + interval '1 hour' WHERE purpose = 'email_change'`,
        [Buffer.from(sent)],
      );
      await ask(`POST /v1/auth/email-change/${step}`, '', { token: sent });
    }
    await api.sql(
      `INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at, added_at)
       SELECT gen_random_uuid(), 'access_undo', email, id, sha256($1::bytea), now() + interval '1 hour', now() FROM users WHERE email = $2`,
      [Buffer.from('access undo token'), iris.email],
    );
    await ask('POST /v1/auth/added-access/undo', '', { token: 'access undo token' });
    for (const path of ['/status', '/.well-known/jwks.json']) await ask(`GET ${path}`);
    const missing = operations()
      .map(({ line }) => line)
      .filter((line) => !asked.has(line));
    expect(missing, 'Ask each operation above, once').toEqual([]);
  });
});
