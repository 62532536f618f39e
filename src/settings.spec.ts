import { describe, expect, it } from 'vitest';
import {
  development,
  type Env,
  JWT_PRIVATE_KEY,
  namesOf,
  problemsOf,
  production,
  servers,
} from '../test/support/variables.js';
import { developmentWebhookSecret, sandboxSettings } from './payments/providers/sandbox/sandbox.settings.js';
import { stripeSettings } from './payments/providers/stripe/stripe.settings.js';
import { developmentEncryptionKey, developmentPrivateKey } from './platform/config/development-key.js';
import { loadDatabaseUrls } from './platform/config/index.js';
import { loadConfig } from './settings.js';

describe('the mode', () => {
  it('is production unless something else is said', () => {
    expect(loadConfig(production).production).toBe(true);
    expect(loadConfig(production).http.host).toBe('0.0.0.0');
    expect(loadConfig(development)).toMatchObject({ production: false, http: { host: '127.0.0.1' } });
  });

  it('asks, with nothing set, for everything that production needs, at once', () => {
    const names = [
      'DATABASE_URL',
      'REDIS_URL',
      'JWT_PRIVATE_KEY',
      'PUBLIC_URL',
      'ENCRYPTION_KEYS',
      'SMTP_URL',
      'REFUND_APPROVAL_ABOVE',
    ];
    expect(namesOf(problemsOf({}))).toEqual(names);
    expect(problemsOf({}).join('\n')).not.toMatch(/Invalid|expected|received/);
  });
});

describe('ports', () => {
  const { host } = loadConfig(production).http;
  const local = '127.0.0.1';
  it.each<[string, Env, object]>([
    [
      'production has one for administration',
      production,
      { port: 3000, admin: { host, port: 9464 }, worker: { host, port: 3001 } },
    ],
    ['development has one for all', development, { port: 3000, admin: undefined, worker: { host: local, port: 3001 } }],
    [
      'ADMIN_PORT is that of api and worker',
      { ...development, ADMIN_PORT: '9000' },
      { admin: { host: local, port: 9000 }, worker: { host: local, port: 9000 } },
    ],
    [
      'WORKER_PORT is stronger',
      { ...production, ADMIN_PORT: '9000', WORKER_PORT: '9001', ADMIN_HOST: '10.0.0.1' },
      { admin: { host: '10.0.0.1', port: 9000 }, worker: { host: '10.0.0.1', port: 9001 } },
    ],
    [
      'ADMIN_PORT equal to PORT is one for all',
      { ...production, PORT: '80', ADMIN_PORT: '80' },
      { port: 80, admin: undefined },
    ],
    ['0 is a free one each time', { ...development, PORT: '0', ADMIN_PORT: '0' }, { admin: { host: local, port: 0 } }],
  ])('%s', (_, env, expected) => {
    expect(loadConfig(env).http).toMatchObject(expected);
  });
});

describe('built-in secrets', () => {
  const builtIn = {
    JWT_PRIVATE_KEY: developmentPrivateKey,
    ENCRYPTION_KEYS: `old:${developmentEncryptionKey.split(':')[1]}`,
    SANDBOX_WEBHOOK_SECRETS: developmentWebhookSecret,
  };
  const secrets = Object.keys(builtIn);

  it.each<[string, Env]>([
    ['in production', production],
    ['in production on loopback', { ...production, HTTP_HOST: '127.0.0.1' }],
    ['in development on every address', { ...development, HTTP_HOST: '0.0.0.0' }],
    ['in tests on an address of the network', { ...development, NODE_ENV: 'test', HTTP_HOST: '192.0.2.7' }],
    ['in development on every IPv6 address', { ...development, HTTP_HOST: '::' }],
    ['in development on a host that only begins like loopback', { ...development, HTTP_HOST: '127.0.0.1.evil.test' }],
  ])('are refused %s', (_, env) => {
    expect(namesOf(problemsOf({ ...env, ...builtIn }))).toEqual(secrets);
  });

  it('are refused also beside others', () => {
    const both = `${JWT_PRIVATE_KEY}\n${developmentPrivateKey}\n`;
    expect(namesOf(problemsOf({ ...production, JWT_PRIVATE_KEY: both }))).toEqual(['JWT_PRIVATE_KEY']);
  });

  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('are good enough in development on %s', (HTTP_HOST) => {
    expect(problemsOf({ ...development, HTTP_HOST, ...builtIn })).toEqual([]);
    expect(loadConfig({ ...development, HTTP_HOST }).of(sandboxSettings).webhookSecrets).toEqual([
      developmentWebhookSecret,
    ]);
  });

  it('are not used where they would be refused', () => {
    expect(namesOf(problemsOf({ ...development, HTTP_HOST: '0.0.0.0' }))).toEqual(['JWT_PRIVATE_KEY']);
    const exposed = loadConfig({ ...development, HTTP_HOST: '0.0.0.0', JWT_PRIVATE_KEY });
    expect(exposed.of(sandboxSettings).webhookSecrets).toEqual([]);
    expect(loadConfig(production).of(sandboxSettings).webhookSecrets).toEqual([]);
  });
});

describe('TRUST_PROXY', () => {
  it.each<[string, unknown]>([
    ['false', false],
    ['true', true],
    ['1', 1],
    ['2', 2],
    ['10.0.0.0/8, 192.0.2.1', '10.0.0.0/8, 192.0.2.1'],
    ['loopback,2001:db8::/32', 'loopback,2001:db8::/32'],
  ])('may be %s', (TRUST_PROXY, expected) => {
    expect(loadConfig({ ...development, TRUST_PROXY }).http.trustProxy).toEqual(expected);
  });

  it.each([
    'yes',
    '0',
    '11',
    '-1',
    '1.5',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '10.0.0/8',
    'proxy.test',
    '10.0.0.1,',
    '1::/129',
  ])('is not %j', (TRUST_PROXY) => {
    expect(namesOf(problemsOf({ ...development, TRUST_PROXY }))).toEqual(['TRUST_PROXY']);
  });

  it('is never true in production', () => {
    expect(namesOf(problemsOf({ ...production, TRUST_PROXY: 'true' }))).toEqual(['TRUST_PROXY']);
    expect(problemsOf({ ...production, TRUST_PROXY: '1' })).toEqual([]);
  });
});

const about = (DATABASE_URL: string) => problemsOf({ ...development, DATABASE_URL }).join('\n');

describe('URLs of servers', () => {
  it.each([
    'postgres://till:p%40ss%25@db:5432/till?sslmode=verify-full&sslrootcert=/ca.pem',
    'postgresql://db/till',
    'postgres://till@/till?host=/var/run/postgresql',
    'postgres:///till?host=/var/run/postgresql',
    'postgres://till:secret-one@[2001:db8::1]:5432/till',
  ])('may be %s', (url) => expect(about(url)).toBe(''));

  it.each([
    ['a raw % in the password', 'postgres://till:c4nary%secret@db/till', 'write % of a user or password as %25'],
    ['a % that decodes to no text', 'postgres://till:c4nary%ffsecret@db/till', '%25'],
    ['a raw / in the password', 'postgres://till:c4nary/secret@db/till', 'encode special characters'],
    ['several hosts', 'postgres://till:c4nary@db1:5432,db2:5432/till', 'names several hosts'],
    ['another scheme', 'mysql://till:c4nary@db/till', 'must be a postgres or postgresql URL'],
    ['key=value pairs', 'host=db password=c4nary', 'must be a postgres or postgresql URL'],
  ])('are refused in words, without the value: %s', (_, url, words) => {
    expect(about(url)).toContain(`DATABASE_URL: `);
    expect(about(url)).toContain(words);
    expect(about(url)).not.toContain('c4nary');
  });

  it('are read alone by commands that need only the database', () => {
    expect(loadDatabaseUrls(servers)).toMatchObject({
      databaseUrl: servers.DATABASE_URL,
      migrationUrl: servers.DATABASE_URL,
      runningRole: undefined,
    });
    const MIGRATION_DATABASE_URL = servers.DATABASE_URL.replace('till:', 'owner:');
    expect(loadDatabaseUrls({ ...servers, MIGRATION_DATABASE_URL })).toMatchObject({
      migrationUrl: MIGRATION_DATABASE_URL,
      runningRole: 'till',
    });
    const plain = { DATABASE_URL: 'postgres://till:a-long-one@db/till' };
    expect(() => loadDatabaseUrls(plain)).toThrow('DATABASE_URL: must use TLS');
    expect(loadDatabaseUrls({ ...plain, REQUIRE_TLS: 'no' })).toMatchObject({ databaseUrl: plain.DATABASE_URL });
    expect(() => loadDatabaseUrls({})).toThrow('DATABASE_URL: must be set: the address of PostgreSQL');
  });
});

const ENCRYPTION_KEYS_WORDS =
  'must be keys as name:key, separated by commas: a name of a-z, 0-9 and -, and 32 bytes in base64';
const twice = [1, 2].map((byte) => `old:${Buffer.alloc(32, byte).toString('base64')}`).join(',');

describe('values of every kind', () => {
  it.each<[string, string, string]>([
    ['PORT', 'eighty', 'must be a number'],
    ['PORT', '70000', 'must be 65535 at most'],
    ['PORT', '80.5', 'must be a whole number'],
    ['NODE_ENV', 'prod', 'must be one of development, production, test'],
    ['SANDBOX_IN_PRODUCTION', 'true', 'must be one of yes, no'],
    ['RATE_LIMIT_SCALE', '0', 'must be more than 0'],
    ['DATABASE_POOL_SIZE', '1', 'must be 2 or more'],
    ['JWT_PRIVATE_KEY', 'nonsense', 'must be EC P-256 private keys in PEM (PKCS #8), each once'],
    ['JWT_PRIVATE_KEY', `${JWT_PRIVATE_KEY} nonsense`, 'must be EC P-256 private keys in PEM (PKCS #8), each once'],
    ['JWT_PRIVATE_KEY', JWT_PRIVATE_KEY.repeat(2), 'must be EC P-256 private keys in PEM (PKCS #8), each once'],
    ['ENCRYPTION_KEYS', 'short:c2hvcnQ=', ENCRYPTION_KEYS_WORDS],
    ['ENCRYPTION_KEYS', 'A'.repeat(43).concat('='), ENCRYPTION_KEYS_WORDS],
    ['ENCRYPTION_KEYS', developmentEncryptionKey.toUpperCase(), ENCRYPTION_KEYS_WORDS],
    ['ENCRYPTION_KEYS', twice, 'must not have two keys of one name'],
    ['CORS_ORIGINS', '*', 'must be origins such as https://shop.example, separated by commas'],
    ['CORS_ORIGINS', 'https://shop.example/', 'must be origins such as https://shop.example, separated by commas'],
    ['REDIS_CA', 'nonsense', 'must be certificates in PEM'],
    [
      'BROKER_URL',
      'amqp://till:secret@rabbitmq.example',
      'must use TLS in production: amqps:// (with BROKER_CA for a private authority), or set REQUIRE_TLS=no if the network is private and encrypted otherwise',
    ],
    ['BROKER_URL', 'https://rabbitmq.example', 'must be a amqp or amqps URL'],
    ['BROKER_CA', 'nonsense', 'must be certificates in PEM'],
    ['GRPC_TLS_CERT', 'nonsense', 'must be certificates in PEM'],
    ['GRPC_TLS_CLIENT_CA', 'nonsense', 'must be certificates in PEM'],
    ['BROKER_EXCHANGE', 'amq.topic', 'must be a name of letters, digits, . _ : and -, and not begin with amq.'],
    ['PUBLIC_URL', 'till.test', 'must be a http or https URL'],
  ])('%s is not %j', (name, value, words) => {
    expect(problemsOf({ ...production, [name]: value })).toContainEqual(`${name}: ${words}`);
  });

  it('are told all at once, each once', () => {
    const wrong = {
      PORT: 'x',
      WORKER_PORT: 'y',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'none',
      TRUST_PROXY: 'true',
      SMTP_URL: 'x',
    };
    const names = namesOf(problemsOf({ ...production, ...wrong, MAIL_DIRECTORY: '' }));
    expect(names.toSorted()).toEqual(Object.keys(wrong).toSorted());
  });

  it('count as unset when they are blank', () => {
    const config = loadConfig({ ...development, PORT: ' ', STRIPE_SECRET_KEY: '' });
    expect(config.http.port).toBe(3000);
    expect(config.of(stripeSettings)).toBeUndefined();
  });
});
