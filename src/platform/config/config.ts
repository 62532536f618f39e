import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { mayUseBuiltInSecrets, publicSecrets } from './built-in-secrets.js';
import { developmentPrivateKey, developmentWebhookSecret } from './development-key.js';
import { configuredProviders, enabledProviders, providerList, unfitProviders } from './payment-providers.js';
import { isLoopback, serverUrl } from './server-url.js';
import { trustProxy } from './trust-proxy.js';
import { inWords } from './words.js';

const port = z.coerce.number().int().min(0).max(65535);
const seconds = z.coerce.number().int().positive();
/** What one customer may have, do or get. */
const quota = z.coerce.number().int().positive();
const url = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)), {
    error: `must be a ${schemes.join(' or ')} URL`,
  });
const privateKey = z.string().refine(isP256Key, { error: 'must be an EC P-256 private key in PEM (PKCS #8)' });
/** Several, so that one can be replaced while webhooks signed with it are still on their way. */
const secretList = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine((list) => list.every(({ length }) => length >= 16), {
    error: 'must be secrets of 16 characters or more, separated by commas',
  });
/** Certificates of authorities, in PEM. */
const certificates = z.string().refine((pem) => isCertificate(pem), { error: 'must be certificates in PEM' });

const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: z.string().optional(),
  INSTANCE_ID: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'has 1 to 100 visible ASCII characters')
    .optional(),
  PORT: port.default(3000),
  WORKER_PORT: port.default(3001),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().int().min(0).max(600).optional(),
  PUBLIC_URL: url('http', 'https').optional(),
  TRUST_PROXY: trustProxy.default(false),
  DATABASE_URL: serverUrl('postgres', 'postgresql'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: serverUrl('redis', 'rediss'),
  REDIS_CA: certificates.optional(),
  JWT_PRIVATE_KEY: privateKey.default(developmentPrivateKey),
  ACCESS_TOKEN_TTL_SECONDS: seconds.max(3600).default(900),
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().positive().default(600),
  RATE_LIMIT_WEBHOOKS_PER_ADDRESS: z.coerce.number().int().positive().default(6000),
  RATE_LIMIT_PER_USER: z.coerce.number().int().positive().default(600),
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: z.coerce.number().int().positive().default(10),
  ORDER_RESERVATION_SECONDS: seconds.default(900),
  CAPTURE_MODE: z.enum(['automatic', 'manual']).default('automatic'),
  QUOTA_UNPAID_ORDERS: quota.default(20),
  QUOTA_UNPAID_PIECES: quota.default(100),
  QUOTA_DECLINES_PER_ORDER: quota.default(10),
  QUOTA_DECLINES_PER_HOUR: quota.default(20),
  QUOTA_UNVERIFIED_MAILS_PER_DAY: quota.default(10),
  PAYMENT_PROVIDERS: providerList.optional(),
  SANDBOX_IN_PRODUCTION: z.enum(['yes', 'no']).default('no'),
  SANDBOX_WEBHOOK_SECRETS: secretList.optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRETS: secretList.optional(),
  STRIPE_API_URL: url('http', 'https').optional(),
  STRIPE_RETURN_URL: url('http', 'https').optional(),
  SOAP_GATEWAY_URL: url('http', 'https').optional(),
  SOAP_GATEWAY_USERNAME: z.string().optional(),
  SOAP_GATEWAY_PASSWORD: z.string().optional(),
  SMTP_URL: serverUrl('smtp', 'smtps').optional(),
  SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(100).default(5),
  MAIL_FROM: z.string().default('Till <till@localhost>'),
  MAIL_DIRECTORY: z.string().optional(),
});
type Environment = z.output<typeof environment>;

/** Variables that may come from a file named by `<NAME>_FILE`, as container platforms mount secrets. */
const secrets = [
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_CA',
  'JWT_PRIVATE_KEY',
  'SMTP_URL',
  'SANDBOX_WEBHOOK_SECRETS',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRETS',
  'SOAP_GATEWAY_PASSWORD',
] as const;

/** Everything that can be set, read once at start-up. Times are in seconds. */
export class Config {
  constructor(private readonly env: Environment) {}

  readonly production = this.env.NODE_ENV === 'production';
  readonly logLevel = this.env.LOG_LEVEL;
  readonly http = {
    /** Which start the process belongs to; answers carry it as `Till-Instance`, so that whoever started it knows it again. */
    instanceId: this.env.INSTANCE_ID,
    host: this.env.HTTP_HOST ?? (this.production ? '0.0.0.0' : '127.0.0.1'),
    port: this.env.PORT,
    workerPort: this.env.WORKER_PORT,
    /** How long requests are still taken after the signal to end, while readiness says 503: a proxy needs it to notice. */
    shutdownDelaySeconds: this.env.SHUTDOWN_DELAY_SECONDS ?? (this.production ? 5 : 0),
    /** Whether `publicUrl` is a guess, good enough for links but not to send anything to. */
    publicUrlIsGuessed: this.env.PUBLIC_URL === undefined,
    publicUrl: (this.env.PUBLIC_URL ?? `http://localhost:${this.env.PORT}`).replace(/\/$/, ''),
    trustProxy: this.env.TRUST_PROXY,
  };
  readonly database = { url: this.env.DATABASE_URL, poolSize: this.env.DATABASE_POOL_SIZE };
  readonly redis = { url: this.env.REDIS_URL, ca: this.env.REDIS_CA };
  readonly accessToken = { privateKey: this.env.JWT_PRIVATE_KEY, ttlSeconds: this.env.ACCESS_TOKEN_TTL_SECONDS };
  /** Requests per minute. `signInPerAccount` is never scaled: it protects a password, not the server. */
  readonly rateLimit = {
    perAddress: Math.ceil(this.env.RATE_LIMIT_PER_ADDRESS * this.env.RATE_LIMIT_SCALE),
    webhooksPerAddress: Math.ceil(this.env.RATE_LIMIT_WEBHOOKS_PER_ADDRESS * this.env.RATE_LIMIT_SCALE),
    perUser: Math.ceil(this.env.RATE_LIMIT_PER_USER * this.env.RATE_LIMIT_SCALE),
    signInPerAccount: this.env.RATE_LIMIT_SIGN_IN_PER_ACCOUNT,
  };
  /** Names of the payment providers that take new payments; the first is the default. Store credit is always there. */
  readonly paymentProviders = enabledProviders(this.env);
  /** Names of those that can be called: the enabled ones, and those that only finish what they have. */
  readonly configuredProviders = configuredProviders(this.env);
  /** The sandbox signs its webhooks with the first; it sends none where there is none, as in production unless it is set. */
  readonly sandbox = {
    enabled: this.paymentProviders.includes('sandbox'),
    webhookSecrets:
      this.env.SANDBOX_WEBHOOK_SECRETS ?? (mayUseBuiltInSecrets(this.env) ? [developmentWebhookSecret] : []),
  };
  /** Absent where no key is set: then there is no such provider. */
  readonly stripe = this.env.STRIPE_SECRET_KEY
    ? {
        secretKey: this.env.STRIPE_SECRET_KEY,
        webhookSecrets: this.env.STRIPE_WEBHOOK_SECRETS ?? [],
        apiUrl: this.env.STRIPE_API_URL,
        returnUrl: this.env.STRIPE_RETURN_URL ?? this.http.publicUrl,
      }
    : undefined;
  /** Absent where no address is set: then there is no such provider. */
  readonly soapGateway = this.env.SOAP_GATEWAY_URL
    ? {
        url: this.env.SOAP_GATEWAY_URL,
        username: this.env.SOAP_GATEWAY_USERNAME ?? '',
        password: this.env.SOAP_GATEWAY_PASSWORD ?? '',
      }
    : undefined;
  readonly orders = {
    reservationSeconds: this.env.ORDER_RESERVATION_SECONDS,
    /** For each customer; callers with `orders:write` have none. */
    unpaidQuota: { orders: this.env.QUOTA_UNPAID_ORDERS, pieces: this.env.QUOTA_UNPAID_PIECES },
  };
  readonly payments = {
    /** When money is taken, unless staff say otherwise: at once, or by a capture of its own. */
    captureMode: this.env.CAPTURE_MODE,
    /** Declined payments, of one order and of one customer in an hour; callers with `payments:write` have no limit. */
    declineQuota: { ofOrder: this.env.QUOTA_DECLINES_PER_ORDER, ofCustomer: this.env.QUOTA_DECLINES_PER_HOUR },
  };
  readonly mail = {
    smtpUrl: this.env.SMTP_URL,
    /** Mails that are handed over at once, by each worker. */
    smtpConnections: this.env.SMTP_CONNECTIONS,
    from: this.env.MAIL_FROM,
    directory: this.env.MAIL_DIRECTORY ?? '.till/mail',
    /** For each person whose address nobody has verified; what they have paid for is always confirmed. */
    unverifiedPerDay: this.env.QUOTA_UNVERIFIED_MAILS_PER_DAY,
  };
}

export class InvalidConfig extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'InvalidConfig';
  }
}

/**
 * Reads and checks the environment.
 * @throws InvalidConfig listing every bad variable at once
 */
export function loadConfig(source: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const env = parseEach(withSecretFiles(source, problems), problems);
  const together = [...incomplete(env), ...unfitProviders(env), ...publicSecretsOf(env), ...unfitForProduction(env)];
  const malformed = new Set(problems.map(nameIn));
  problems.push(...together.filter((problem) => !malformed.has(nameIn(problem))));
  if (problems.length > 0) throw new InvalidConfig(problems);
  return new Config(env as Environment);
}

/**
 * The database alone, for commands that need nothing else.
 * @throws InvalidConfig
 */
export function loadDatabaseUrl(source: Readonly<Record<string, string | undefined>>): string {
  const problems: string[] = [];
  const { DATABASE_URL } = parseEach(withSecretFiles(source, problems), problems, ['DATABASE_URL']);
  const own = problems.filter((problem) => problem.startsWith('DATABASE_URL'));
  if (DATABASE_URL === undefined || own.length > 0) throw new InvalidConfig(own);
  return DATABASE_URL;
}

/** What can be used of an environment that may be incomplete, for commands that say what is wrong with it. */
export type Variables = Partial<Environment>;

export function readVariables(source: Readonly<Record<string, string | undefined>>): Variables {
  return parseEach(withSecretFiles(source, []), []);
}

/** The variable that a problem is about. */
function nameIn(problem: string): string {
  return problem.split(/:|_FILE:/, 1)[0]!;
}

/** Each variable by itself, so that a bad one hides none of the others; what is bad is absent from the result. */
function parseEach(
  values: Readonly<Record<string, string | undefined>>,
  problems: string[],
  names: readonly string[] = Object.keys(environment.shape),
): Partial<Environment> {
  const parsed: Record<string, unknown> = {};
  for (const name of names) {
    const result = environment.shape[name as keyof Environment].safeParse(values[name]);
    if (result.success) parsed[name] = result.data;
    else problems.push(...inWords(name, result.error));
  }
  return parsed as Partial<Environment>;
}

function withSecretFiles(source: Readonly<Record<string, string | undefined>>, problems: string[]) {
  const values = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim() !== ''));
  for (const name of secrets) {
    const file = values[`${name}_FILE`];
    if (!file) continue;
    if (values[name]) problems.push(`${name}: set it or ${name}_FILE, not both`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: can't read ${file} (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return values;
}

function incomplete(env: Partial<Environment>): string[] {
  const names = ['SOAP_GATEWAY_USERNAME', 'SOAP_GATEWAY_PASSWORD'] as const;
  const missing = env.SOAP_GATEWAY_URL ? names.filter((name) => !env[name]) : [];
  return missing.map((name) => `${name}: must be set, because SOAP_GATEWAY_URL is`);
}

function publicSecretsOf(env: Partial<Environment>): string[] {
  return publicSecrets(env, env.JWT_PRIVATE_KEY, env.SANDBOX_WEBHOOK_SECRETS);
}

function unfitForProduction(env: Partial<Environment>): string[] {
  if (env.NODE_ENV && env.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  if (sendsInTheClear(env.SOAP_GATEWAY_URL)) {
    problems.push('SOAP_GATEWAY_URL: must be https in production, or payments travel in the clear');
  }
  if (sendsInTheClear(env.STRIPE_API_URL)) {
    problems.push('STRIPE_API_URL: must be https in production, or the secret key travels in the clear');
  }
  if (!env.PUBLIC_URL) problems.push('PUBLIC_URL: must be set in production: the address that clients use');
  if (!env.SMTP_URL && !env.MAIL_DIRECTORY) {
    problems.push('SMTP_URL: must be set in production: the mail server; or set MAIL_DIRECTORY to keep mails as files');
  }
  if (env.TRUST_PROXY === true) {
    problems.push(
      'TRUST_PROXY: must not be true in production, or anybody may claim any address: set the number of proxies in front, or their addresses',
    );
  }
  if (env.DATABASE_URL && hasDefaultPassword(env.DATABASE_URL)) {
    problems.push('DATABASE_URL: has a default password in production; set another');
  }
  return problems;
}

/** What stays on this machine is on no wire. */
function sendsInTheClear(address: string | undefined): boolean {
  return address?.startsWith('http:') === true && !isLoopback(new URL(address).hostname);
}

function hasDefaultPassword(databaseUrl: string): boolean {
  const [, password = ''] = /^[^/]*\/\/[^:@/?]*:([^@/?]*)@/.exec(databaseUrl) ?? [];
  return ['postgres', 'password', 'till', 'secret', 'changeme'].includes(decodeURIComponent(password));
}

function isP256Key(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
