import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { developmentPrivateKey, developmentWebhookSecret } from './development-key.js';

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
const trustProxy = z.string().transform((text) => (text === 'true' || text === 'false' ? text === 'true' : text));

const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HTTP_HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  WORKER_PORT: port.default(3001),
  PUBLIC_URL: url('http', 'https').optional(),
  TRUST_PROXY: trustProxy.default(false),
  DATABASE_URL: url('postgres', 'postgresql'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  REDIS_URL: url('redis', 'rediss'),
  JWT_PRIVATE_KEY: privateKey.default(developmentPrivateKey),
  ACCESS_TOKEN_TTL_SECONDS: seconds.max(3600).default(900),
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().positive().default(600),
  RATE_LIMIT_PER_USER: z.coerce.number().int().positive().default(600),
  RATE_LIMIT_SIGN_IN_PER_ACCOUNT: z.coerce.number().int().positive().default(10),
  ORDER_RESERVATION_SECONDS: seconds.default(900),
  QUOTA_UNPAID_ORDERS: quota.default(20),
  QUOTA_UNPAID_PIECES: quota.default(100),
  QUOTA_DECLINES_PER_ORDER: quota.default(10),
  QUOTA_DECLINES_PER_HOUR: quota.default(20),
  QUOTA_UNVERIFIED_MAILS_PER_DAY: quota.default(10),
  SANDBOX_WEBHOOK_SECRETS: secretList.optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRETS: secretList.optional(),
  STRIPE_API_URL: url('http', 'https').optional(),
  STRIPE_RETURN_URL: url('http', 'https').optional(),
  SOAP_GATEWAY_URL: url('http', 'https').optional(),
  SOAP_GATEWAY_USERNAME: z.string().optional(),
  SOAP_GATEWAY_PASSWORD: z.string().optional(),
  SMTP_URL: url('smtp', 'smtps').optional(),
  MAIL_FROM: z.string().default('Till <till@localhost>'),
  MAIL_DIRECTORY: z.string().default('.till/mail'),
});
type Environment = z.output<typeof environment>;

/** Variables that may come from a file named by `<NAME>_FILE`, as container platforms mount secrets. */
const secrets = [
  'DATABASE_URL',
  'REDIS_URL',
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
    host: this.env.HTTP_HOST,
    port: this.env.PORT,
    workerPort: this.env.WORKER_PORT,
    publicUrl: (this.env.PUBLIC_URL ?? `http://localhost:${this.env.PORT}`).replace(/\/$/, ''),
    trustProxy: this.env.TRUST_PROXY,
  };
  readonly database = { url: this.env.DATABASE_URL, poolSize: this.env.DATABASE_POOL_SIZE };
  readonly redis = { url: this.env.REDIS_URL };
  readonly accessToken = { privateKey: this.env.JWT_PRIVATE_KEY, ttlSeconds: this.env.ACCESS_TOKEN_TTL_SECONDS };
  /** Requests per minute. `signInPerAccount` is never scaled: it protects a password, not the server. */
  readonly rateLimit = {
    perAddress: Math.ceil(this.env.RATE_LIMIT_PER_ADDRESS * this.env.RATE_LIMIT_SCALE),
    perUser: Math.ceil(this.env.RATE_LIMIT_PER_USER * this.env.RATE_LIMIT_SCALE),
    signInPerAccount: this.env.RATE_LIMIT_SIGN_IN_PER_ACCOUNT,
  };
  /** The sandbox signs its webhooks with the first; it sends none where there is none, as in production unless it is set. */
  readonly sandbox = {
    webhookSecrets: this.env.SANDBOX_WEBHOOK_SECRETS ?? (this.production ? [] : [developmentWebhookSecret]),
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
  /** Declined payments, of one order and of one customer in an hour; callers with `payments:write` have no limit. */
  readonly payments = {
    declineQuota: { ofOrder: this.env.QUOTA_DECLINES_PER_ORDER, ofCustomer: this.env.QUOTA_DECLINES_PER_HOUR },
  };
  readonly mail = {
    smtpUrl: this.env.SMTP_URL,
    from: this.env.MAIL_FROM,
    directory: this.env.MAIL_DIRECTORY,
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
  const parsed = environment.safeParse(withSecretFiles(source, problems));
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error));
  } else {
    problems.push(...incomplete(parsed.data), ...unfitForProduction(parsed.data));
  }
  if (!parsed.success || problems.length > 0) throw new InvalidConfig(problems);
  return new Config(parsed.data);
}

/**
 * The database alone, for commands that need nothing else.
 * @throws InvalidConfig
 */
export function loadDatabaseUrl(source: Readonly<Record<string, string | undefined>>): string {
  const problems: string[] = [];
  const parsed = environment.pick({ DATABASE_URL: true }).safeParse(withSecretFiles(source, problems));
  if (!parsed.success) problems.push(...problemsOf(parsed.error));
  if (!parsed.success || problems.length > 0) throw new InvalidConfig(problems);
  return parsed.data.DATABASE_URL;
}

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

function withSecretFiles(source: Readonly<Record<string, string | undefined>>, problems: string[]) {
  const values = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
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

function incomplete(env: Environment): string[] {
  const names = ['SOAP_GATEWAY_USERNAME', 'SOAP_GATEWAY_PASSWORD'] as const;
  const missing = env.SOAP_GATEWAY_URL ? names.filter((name) => !env[name]) : [];
  return missing.map((name) => `${name}: the gateway of SOAP_GATEWAY_URL needs it`);
}

function unfitForProduction(env: Environment): string[] {
  if (env.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  if (env.JWT_PRIVATE_KEY === developmentPrivateKey) {
    problems.push(
      'JWT_PRIVATE_KEY: production needs its own key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
    );
  }
  if (env.SANDBOX_WEBHOOK_SECRETS?.includes(developmentWebhookSecret)) {
    problems.push('SANDBOX_WEBHOOK_SECRETS: production needs secrets of its own, or none: openssl rand -hex 24');
  }
  if (env.SOAP_GATEWAY_URL?.startsWith('http:')) {
    problems.push('SOAP_GATEWAY_URL: production needs https, or payments travel in the clear');
  }
  if (env.STRIPE_API_URL?.startsWith('http:')) {
    problems.push('STRIPE_API_URL: production needs https, or the secret key travels in the clear');
  }
  if (!env.PUBLIC_URL) problems.push('PUBLIC_URL: production needs the address that clients use');
  const password = decodeURIComponent(new URL(env.DATABASE_URL).password);
  if (['postgres', 'password', 'till', 'secret', 'changeme'].includes(password)) {
    problems.push('DATABASE_URL: its password is a default one; set another');
  }
  return problems;
}

function isP256Key(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}
