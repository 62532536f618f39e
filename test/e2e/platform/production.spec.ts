import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentPrivateKey } from '../../../src/platform/config/development-key.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { freePort } from '../../../tools/servers/ports.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';
import { builtEntry, runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { type HttpClient, httpClient } from '../../support/http-client.js';
import { encryptionKeys, privateKeyInPem } from '../../support/production.js';
import { redisDatabase } from '../../support/redis.js';
import { Authenticator } from '../../support/authenticator.js';
import { asRunningRole } from '../../support/running-role.js';

const owner = { email: 'owner@shop.example', password: 'four quiet grey herons' };
const shopper = { email: 'ada@shop.example', password: 'seven loud blue herons', name: 'Ada' };

let stub: StripeStub;
let database: TestDatabase;
/** What docs/production.md says must be set, and nothing else; NODE_ENV is left out, as it is production by itself. */
let documented: Record<string, string>;
let api: BuiltProcess;
let request: HttpClient;
/** The first administrator's token. */
let admin: string;
beforeAll(async () => {
  await builtEntry('main.js');
  stub = await StripeStub.start();
  database = await createDatabase();
  documented = {
    NODE_ENV: '',
    DATABASE_URL: asRunningRole(database.url),
    REDIS_URL: await redisDatabase(),
    JWT_PRIVATE_KEY: privateKeyInPem(),
    ENCRYPTION_KEYS: encryptionKeys(),
    REFUND_APPROVAL_ABOVE: '500',
    PUBLIC_URL: 'https://till.shop.example',
    SMTP_URL: 'smtp://127.0.0.1:1',
    STRIPE_SECRET_KEY: stub.secretKey,
    STRIPE_WEBHOOK_SECRETS: 'whsec_production_4nT9uWqX',
    STRIPE_API_URL: stub.url,
  };
  api = await startBuilt('main.js', documented);
  request = httpClient(api.url);
}, 240_000);
afterAll(async () => {
  await api?.stop();
  await database?.drop();
  await stub?.close();
});

const login = async ({ email, password }: typeof owner) =>
  (await request<{ accessToken: string }>('POST /v1/auth/login', { body: { email, password } })).body.accessToken;
/** Adds the second factor that staff need in production. Returns the token of the session that then begins. */
async function enrol(token: string): Promise<string> {
  expect((await request('POST /v1/products', { token, body: {} })).body).toMatchObject({
    code: 'second_factor_required',
  });
  const { secret } = (await request<{ secret: string }>('POST /v1/auth/mfa/totp', { token })).body;
  const body = { code: new Authenticator(secret).codeAt(Date.now() / 1000) };
  return (await request<{ accessToken: string }>('POST /v1/auth/mfa/totp/confirmation', { token, body })).body
    .accessToken;
}
const statusOf = async (url: string) => (await fetch(url)).status;
const keyed = (key: string) => ({ 'idempotency-key': key });

/** The claims and header of a token, signed anew with another key (PEM, P-256). */
function signedWith(pem: string, token: string): string {
  const { header, payload } = jwt.decode(token, { complete: true })!;
  return jwt.sign(payload, createPrivateKey(pem), { algorithm: 'ES256', header });
}

/** The status of a request with the administrator's token, signed anew. */
const read = async (pem: string) => (await request('GET /v1/users', { token: signedWith(pem, admin) })).status;

describe('production, with the documented variables alone', () => {
  it('takes an order from the first administrator to money, through Stripe', async () => {
    await runCli(['users', 'create', '--email', owner.email, '--role', 'admin'], documented, owner.password);
    admin = await enrol(await login(owner));
    const product = await request<{ id: string }>('POST /v1/products', {
      token: admin,
      body: { sku: 'mug', name: 'Mug', price: { amount: 1999, currency: 'EUR' }, stock: { onHand: 5 } },
    });
    expect(product.status).toBe(201);

    expect((await request('POST /v1/auth/register', { body: shopper })).status).toBe(201);
    const token = await login(shopper);
    const body = { lines: [{ productId: product.body.id, quantity: 2 }] };
    const order = await request<{ id: string }>('POST /v1/orders', { token, body, headers: keyed('order') });
    expect(order.status).toBe(201);

    const pay = (given: object, key: string) =>
      request(`POST /v1/orders/${order.body.id}/payments`, { token, body: given, headers: keyed(key) });
    for (const given of [{ provider: 'sandbox', paymentMethod: 'pm_ok' }]) {
      expect(await pay(given, 'sandbox')).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'unknown_provider' }] },
      });
    }
    expect(await pay({ paymentMethod: 'pm_card_visa' }, 'stripe')).toMatchObject({
      status: 201,
      body: { provider: 'stripe', status: 'captured', capturedAmount: 3998 },
    });
    const paid = await request(`GET /v1/orders/${order.body.id}`, { token });
    expect(paid.body).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    const proof = await request('GET /v1/ledger/proof', { token: admin });
    expect(proof.body).toMatchObject({ balanced: true });
  });

  it('shows no previews of mails', async () => {
    expect((await fetch(`${api.url}/dev/mail`)).status).toBe(404);
  });

  it('knows nothing of the sandbox', async () => {
    expect((await request('POST /v1/providers/sandbox/webhooks', { body: {} })).status).toBe(404);
    const page = await request(`GET /sandbox/challenges/${encodeId('att', newId<'att'>())}`, {
      headers: { accept: '*/*' },
    });
    expect(page.status).toBe(404);
  });

  it('refuses an administrator’s token that was signed with the built-in key, and for its key alone', async () => {
    expect(await read(documented['JWT_PRIVATE_KEY']!)).toBe(200);
    expect(await read(developmentPrivateKey)).toBe(401);
  });

  it('shows health and metrics on a port of their own, and nothing else there', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      expect([path, await statusOf(api.url + path)]).toEqual([path, 404]);
      await expect.poll(() => statusOf(api.adminUrl + path), { message: path }).toBe(200);
    }
    for (const path of ['/v1/products', '/problems/not_found', '/openapi.json', '/docs', '/nowhere']) {
      expect([path, await statusOf(api.adminUrl + path)]).toEqual([path, 404]);
    }
    const health = await (await fetch(`${api.adminUrl}/health`)).json();
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(health).toMatchObject({
      status: expect.any(String) as string,
      version,
      uptimeSeconds: expect.any(Number) as number,
    });
    const wrongMethod = await fetch(`${api.adminUrl}/metrics`, { method: 'POST' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('puts all on one port where ADMIN_PORT says so, and hides from clients which version runs', async () => {
    const port = String(await freePort());
    const one = await startBuilt('main.js', { ...documented, PORT: port, ADMIN_PORT: port });
    const health = await (await fetch(`${one.url}/health/live`)).json();
    expect(health).toEqual({
      status: 'ok',
      info: { eventLoop: { status: 'up' } },
      error: {},
      details: { eventLoop: { status: 'up' } },
    });
    expect((await fetch(`${one.url}/v1/products`)).status).toBe(200);
    expect(await one.stop()).toBe(0);
  });

  it.each([
    'JWT_PRIVATE_KEY',
    'ENCRYPTION_KEYS',
    'PUBLIC_URL',
    'REFUND_APPROVAL_ABOVE',
    'SMTP_URL',
    'DATABASE_URL',
    'REDIS_URL',
  ])('does not start without %s, and says so', async (name) => {
    const said = await startBuilt('main.js', { ...documented, [name]: '', MAIL_DIRECTORY: '' }).then(
      () => 'it started',
      ({ message }: Error) => message,
    );
    expect(said).toContain('has 1 problem(s)');
    expect(said).toContain(`- ${name}: must be set`);
  });

  it('starts with the sandbox only when it is asked for twice, and warns each time', async () => {
    const listed = { ...documented, PAYMENT_PROVIDERS: 'sandbox' };
    await expect(startBuilt('main.js', listed)).rejects.toThrow('- PAYMENT_PROVIDERS: lists the sandbox');
    const asked = await startBuilt('main.js', { ...listed, SANDBOX_IN_PRODUCTION: 'yes' });
    const warning = {
      level: 'warn',
      msg: expect.stringContaining('the sandbox takes payments in production') as string,
    };
    expect(asked.log()).toContainEqual(expect.objectContaining(warning));
    await asked.stop();
  });

  it('starts no worker whose MAIL_DIRECTORY takes no mail', async () => {
    const mailless = { ...documented, SMTP_URL: '', MAIL_DIRECTORY: '/proc/nowhere' };
    await expect(startBuilt('worker.js', mailless)).rejects.toThrow(
      "- MAIL_DIRECTORY: mails can't be written to /proc/nowhere",
    );
  });
});
