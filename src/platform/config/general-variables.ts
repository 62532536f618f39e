import { z } from 'zod';
import { mayUseBuiltInSecrets, whereExposed } from './built-in-secrets.js';
import { developmentEncryptionKey, developmentPrivateKey } from './development-key.js';
import { serverUrl } from './server-url.js';
import { shopSlug } from './shop.js';
import { plaintextProblems } from './plaintext.js';
import { trustProxy } from './trust-proxy.js';
import { certificates, encryptionKeys, headerList, origins, port, privateKeys, seconds, url } from './variables.js';

const perMinute = z.coerce.number().int().positive();

/** Variables that belong to no module. */
export const generalVariables = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  SHOP: shopSlug.optional(),
  METRICS_BY_SHOP: z.enum(['on', 'off']).default('off'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_ADDRESS: z.enum(['full', 'shortened', 'none']).default('shortened'),
  HTTP_HOST: z.string().optional(),
  INSTANCE_ID: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'has 1 to 100 visible ASCII characters')
    .optional(),
  PORT: port.default(3000),
  WORKER_PORT: port.optional(),
  ADMIN_PORT: port.optional(),
  ADMIN_HOST: z.string().optional(),
  LOAD_SHEDDING_DELAY_MS: z.coerce.number().int().min(0).max(60_000).optional(),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().int().min(0).max(600).optional(),
  PUBLIC_URL: url('http', 'https').optional(),
  CORS_ORIGINS: origins.default([]),
  COOKIE_SESSIONS: z.enum(['yes', 'no']).default('no'),
  TRUST_PROXY: trustProxy.default(false),
  DATABASE_URL: serverUrl('postgres', 'postgresql'),
  MIGRATION_DATABASE_URL: serverUrl('postgres', 'postgresql').optional(),
  DATABASE_REPLICA_URL: serverUrl('postgres', 'postgresql').optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  DATABASE_GROUP_COMMIT: z.enum(['on', 'off']).default('on'),
  DATABASE_CITUS: z.enum(['on', 'off']).default('off'),
  REDIS_URL: serverUrl('redis', 'rediss'),
  REDIS_CA: certificates.optional(),
  REQUIRE_TLS: z.enum(['yes', 'no']).default('yes'),
  JWT_PRIVATE_KEY: privateKeys.prefault(developmentPrivateKey),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  ACCESS_TOKEN_TTL_SECONDS: seconds.max(3600).default(600),
  STAFF_SIGN_IN_SECONDS: seconds.min(600).default(43_200),
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  RATE_LIMIT_PER_ADDRESS: perMinute.default(600),
  RATE_LIMIT_WEBHOOKS_PER_ADDRESS: perMinute.default(6000),
  RATE_LIMIT_PER_USER: perMinute.default(600),
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: perMinute.default(10),
  RETENTION_IDEMPOTENCY_KEYS_HOURS: z.coerce.number().int().min(24).max(8760).default(48),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
});
export type GeneralVariables = z.output<typeof generalVariables>;

export const generalNames: readonly string[] = Object.keys(generalVariables.shape);

export const generalSecrets = [
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'DATABASE_REPLICA_URL',
  'REDIS_URL',
  'REDIS_CA',
  'JWT_PRIVATE_KEY',
  'ENCRYPTION_KEYS',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

/** Problems of variables that are valid separately. */
export function generalProblems(given: Partial<GeneralVariables>): string[] {
  return [
    ...unfitKey(given),
    ...unfitEncryptionKey(given),
    ...unfitCluster(given),
    ...(given.NODE_ENV === undefined || given.NODE_ENV === 'production' ? unfitForProduction(given) : []),
  ];
}

function unfitKey(given: Partial<GeneralVariables>): string[] {
  if (!given.JWT_PRIVATE_KEY?.includes(developmentPrivateKey) || mayUseBuiltInSecrets(given)) return [];
  return [
    `JWT_PRIVATE_KEY: must be set ${whereExposed(given)}, since the built-in key is public: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`,
  ];
}

function unfitEncryptionKey(given: Partial<GeneralVariables>): string[] {
  const isPublic = given.ENCRYPTION_KEYS?.some((key) => key.endsWith(developmentEncryptionKey.split(':')[1]!));
  if (!isPublic || mayUseBuiltInSecrets(given)) return [];
  return [`ENCRYPTION_KEYS: must not have the built-in key ${whereExposed(given)}, since it is public`];
}

function unfitCluster({ DATABASE_CITUS, DATABASE_REPLICA_URL }: Partial<GeneralVariables>): string[] {
  if (DATABASE_CITUS !== 'on' || DATABASE_REPLICA_URL === undefined) return [];
  return [
    'DATABASE_REPLICA_URL: must not be set with DATABASE_CITUS=on, since a shop is on a node that has other standbys',
  ];
}

function unfitForProduction(given: Partial<GeneralVariables>): string[] {
  const { PUBLIC_URL, TRUST_PROXY, DATABASE_URL } = given;
  const problems = plaintextProblems(given);
  if (!PUBLIC_URL) problems.push('PUBLIC_URL: must be set in production: the address that clients use');
  if (TRUST_PROXY === true) {
    problems.push(
      'TRUST_PROXY: must not be true in production, or anybody may claim any address: set the number of proxies in front, or their addresses',
    );
  }
  if (DATABASE_URL && hasDefaultPassword(DATABASE_URL)) {
    problems.push('DATABASE_URL: has a default password in production; set another');
  }
  return problems;
}

function hasDefaultPassword(databaseUrl: string): boolean {
  const [, password = ''] = /^[^/]*\/\/[^:@/?]*:([^@/?]*)@/.exec(databaseUrl) ?? [];
  return ['postgres', 'password', 'till', 'secret', 'changeme'].includes(decodeURIComponent(password));
}
