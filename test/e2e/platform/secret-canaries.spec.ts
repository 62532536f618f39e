import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretNames } from '../../../src/platform/config/index.js';
import { sections } from '../../../src/settings.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { collector } from '../../support/collector.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { privateKeyInPem } from '../../support/production.js';
import { redisDatabase } from '../../support/redis.js';
import { RUNNING_ROLE } from '../../support/running-role.js';
import { type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

const ROLE = `till_canary_${randomUUID().slice(0, 8)}`;
const canary = (name: string) => `CaNaRy-${name.toLowerCase().replaceAll('_', '-')}-4nT9uWqX`;
const tls = (name: string) => readFileSync(path.resolve('test', 'support', 'tls', name), 'utf8');
/** The lines of a key in PEM that are the key's own. */
const linesOf = (pem: string) => pem.split('\n').filter((line) => line.length > 20 && !line.includes('-----'));
/** Certificates are public. */
const PUBLIC = new Set(['REDIS_CA', 'BROKER_CA', 'GRPC_TLS_CERT', 'GRPC_TLS_CLIENT_CA']);
const withPassword = (url: string, username: string, name: string) =>
  Object.assign(new URL(url), { username, password: canary(name) }).href;

/** What a shopper must never send, and does. */
const CARD = '4111111111111111';
const CARD_IN_GROUPS = /4111[ -]?1111[ -]?1111[ -]?1111/;

describe('A canary in each secret setting, and the number of a card', () => {
  let database: TestDatabase;
  let spans: Awaited<ReturnType<typeof collector>>;
  let stripe: StripeStub;
  let env: Record<string, string>;
  /** What must be found nowhere, by the name of its setting. */
  let secrets: Record<string, readonly string[]>;
  let api: BuiltProcess;
  let worker: BuiltProcess;
  let shop: Shop;
  /** All that clients were answered. */
  const answers: string[] = [];

  const administer = async (statement: string) => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };

  beforeAll(async () => {
    database = await createDatabase();
    await administer(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${canary('DATABASE_URL')}' IN ROLE ${RUNNING_ROLE}`);
    [spans, stripe] = [await collector(), await StripeStub.start()];
    stripe.secretKey = `sk_test_${canary('STRIPE_SECRET_KEY')}`;
    const key = privateKeyInPem();
    const encryptionKey = randomBytes(32).toString('base64');
    const identity = `AGE-SECRET-KEY-1${'CANARY7Q'.repeat(7)}`;
    const settings = {
      DATABASE_URL: withPassword(database.url, ROLE, 'DATABASE_URL'),
      MIGRATION_DATABASE_URL: withPassword(database.url, 'nobody', 'MIGRATION_DATABASE_URL'),
      DATABASE_REPLICA_URL: withPassword(database.url, 'nobody', 'DATABASE_REPLICA_URL'),
      REDIS_URL: withPassword(await redisDatabase(), 'default', 'REDIS_URL'),
      JWT_PRIVATE_KEY: key,
      ENCRYPTION_KEYS: `canary:${encryptionKey}`,
      BROKER_URL: `amqp://shop:${canary('BROKER_URL')}@127.0.0.1:1`,
      SMTP_URL: `smtp://shop:${canary('SMTP_URL')}@127.0.0.1:1`,
      OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${canary('OTEL_EXPORTER_OTLP_HEADERS')}`,
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRETS: `whsec_${canary('STRIPE_WEBHOOK_SECRETS')}`,
      SANDBOX_WEBHOOK_SECRETS: canary('SANDBOX_WEBHOOK_SECRETS'),
      SOAP_GATEWAY_PASSWORD: canary('SOAP_GATEWAY_PASSWORD'),
      TAX_REMOTE_TOKEN: canary('TAX_REMOTE_TOKEN'),
      GRPC_TLS_KEY: tls('server.key'),
      OIDC_PROVIDERS: JSON.stringify([
        {
          id: 'acme',
          name: 'Acme',
          issuer: 'https://127.0.0.1:1',
          clientId: 'till',
          clientSecret: canary('OIDC_PROVIDERS'),
          redirectUris: ['https://shop.example/arrived'],
        },
      ]),
      BACKUP_IDENTITY: identity,
      BACKUP_DRILL_DATABASE_URL: withPassword('postgres://127.0.0.1:1/drill', 'drill', 'BACKUP_DRILL_DATABASE_URL'),
    };
    secrets = Object.fromEntries(Object.keys(settings).map((name) => [name, [canary(name)]]));
    secrets['JWT_PRIVATE_KEY'] = linesOf(key);
    secrets['GRPC_TLS_KEY'] = linesOf(settings.GRPC_TLS_KEY);
    secrets['BACKUP_IDENTITY'] = [identity];
    secrets['ENCRYPTION_KEYS'] = [encryptionKey];
    env = {
      ...settings,
      ...withoutQuotas,
      NODE_ENV: 'production',
      REQUIRE_STAFF_SECOND_FACTOR: 'no',
      REFUND_APPROVAL_ABOVE: 'none',
      RATE_LIMIT_SCALE: '100000',
      LOG_LEVEL: 'trace',
      PUBLIC_URL: 'https://till.test',
      MAIL_DIRECTORY: '',
      PAYMENT_PROVIDERS: 'sandbox,stripe,soap',
      SANDBOX_IN_PRODUCTION: 'yes',
      STRIPE_API_URL: stripe.url,
      SOAP_GATEWAY_URL: 'http://127.0.0.1:1/gateway',
      SOAP_GATEWAY_USERNAME: 'shop',
      GRPC_PORT: '0',
      GRPC_TLS_CERT: tls('server.crt'),
      TAX_PROVIDER: 'remote',
      TAX_REMOTE_URL: 'http://127.0.0.1:1/tax',
      OTEL_EXPORTER_OTLP_ENDPOINT: spans.url,
    };
    [api, worker] = await Promise.all([startBuilt('main.js', env), startBuilt('worker.js', env)]);
    shop = shopAt(api.url, { ...env, DATABASE_URL: env['DATABASE_URL']! });
  }, 180_000);
  afterAll(async () => {
    await shop?.leave();
    await Promise.all([api, worker].map((one) => one?.stop()));
    spans?.server.close();
    await stripe?.close();
    await administer(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
    await database?.drop();
  });

  const told = (answer: { readonly body: unknown; readonly headers: Headers }) => {
    answers.push(JSON.stringify([answer.body, [...answer.headers]]));
    return answer;
  };

  /** Everything that reads a secret, and that fails with one at hand. */
  async function useSecrets(): Promise<void> {
    const [shopper, mug] = [await shop.person(), await shop.product(100)];
    const lines = [{ productId: mug.id, quantity: 1 }];
    for (const payment of [{}, { provider: 'stripe', paymentMethod: 'pm_card_visa' }, { provider: 'soap' }]) {
      const order = await shop.checkOut(shopper, lines, payment);
      expect(told(order)).toMatchObject({ status: 201 });
    }
    stripe.secretKey = 'sk_test_another_one'; // revokes ours
    const redirectUri = 'https://shop.example/arrived';
    told(await shop.request('POST /v1/auth/providers/acme/authorizations', { body: { redirectUri } }));
    told(await shop.checkOut(shopper, lines, { provider: 'stripe', paymentMethod: 'pm_card_visa' }));
    for (const provider of ['stripe', 'sandbox', 'soap']) {
      const headers = { 'stripe-signature': 't=1,v1=00', 'sandbox-signature': 't=1,v1=00' };
      told(await shop.request(`POST /v1/providers/${provider}/webhooks`, { body: { id: 'evt_1' }, headers }));
    }
    const taxed = await shop.product(1, { taxClass: 'standard' });
    const quoted = { lines: [{ productId: taxed.id, quantity: 1 }], shippingAddress: { country: 'GB' } };
    told(await shop.post('/v1/quotes', { token: shopper.token, body: quoted, key: null }));
    told(await shop.request('GET /v1/orders', { token: 'eyJhbGciOiJFUzI1NiJ9.e30.x' }));
    told(await shop.get('/v1/orders', shopper));
    told(await shop.request('GET /v1/ledger/proof', { token: (await shop.admin()).token }));
    told(await shop.request('GET /openapi.json'));
  }

  /** Sends the number of a card in every place that a request has. */
  async function sendCards(): Promise<void> {
    const { token } = await shop.person();
    const grouped = CARD.replaceAll(/(.{4})(?=.)/g, '$1 ');
    for (const number of [CARD, grouped]) {
      const options = { token, body: { lines: [], metadata: { note: number } } };
      told(await shop.post('/v1/orders', options));
      told(await shop.post('/v1/orders', { ...options, key: `key-${number}` }));
      told(await shop.request(`GET /v1/orders?cursor=${encodeURIComponent(number)}`, { token }));
      told(await shop.request(`GET /v1/orders/${encodeURIComponent(number)}`, { token }));
      told(await shop.request('GET /v1/orders', { token, headers: { 'x-request-id': number, 'user-agent': number } }));
    }
  }

  it('has a value for each secret that there is', () => {
    const all = secretNames(sections).filter((name) => !PUBLIC.has(name));
    expect(Object.keys(secrets).toSorted()).toEqual(all.toSorted());
  });

  it('is in no line of the log, no metric, no answer, no trace and no word of the doctor', async () => {
    await useSecrets();
    await sendCards();
    const doctor = await runCli(['doctor'], env).catch((error: unknown) => error as { stdout: string; stderr: string });
    const mailFailed = () => worker.log().some(({ msg }) => /mail|delivery/i.test(String(msg)));
    await expect.poll(mailFailed, { timeout: 60_000 }).toBe(true);
    await expect.poll(() => new Set(spans.spans().map(({ service }) => service)).size, { timeout: 60_000 }).toBe(2);
    const metrics = await Promise.all(
      [api, worker].map(async (one) => (await fetch(`${one.adminUrl}/metrics`)).text()),
    );
    const health = await Promise.all([api, worker].map(async (one) => (await fetch(`${one.adminUrl}/health`)).text()));
    const status = await (await fetch(`${api.url}/status`)).text();
    const places = {
      'log of the api': api.output(),
      'log of the worker': worker.output(),
      metrics: metrics.join('\n'),
      health: health.join('\n') + status,
      answers: answers.join('\n'),
      traces: spans.bodies.join('\n'),
      doctor: doctor.stdout + doctor.stderr,
    };
    const found = Object.entries(places).flatMap(([place, text]) => [
      ...Object.entries(secrets).flatMap(([name, values]) =>
        values.some((value) => text.includes(value) || text.includes(encodeURIComponent(value)))
          ? [`${name} in the ${place}`]
          : [],
      ),
      ...(CARD_IN_GROUPS.test(text) ? [`a card in the ${place}`] : []),
    ]);
    expect(found).toEqual([]);
    for (const [place, text] of Object.entries(places)) expect([place, text.length > 200]).toEqual([place, true]);
    expect(spans.headers).toContain(canary('OTEL_EXPORTER_OTLP_HEADERS'));
  }, 180_000);
});
