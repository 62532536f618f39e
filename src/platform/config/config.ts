import { mayUseBuiltInSecrets } from './built-in-secrets.js';
import { developmentEncryptionKey } from './development-key.js';
import type { GeneralVariables } from './general-variables.js';
import { redisPrefixOf } from './shop.js';
import { listeners } from './listeners.js';

/** The configuration, read once at start. Times are in seconds. */
export class Config {
  private readonly settings: ReadonlyMap<object, unknown>;

  /** `env` has the variables of all these sections too. */
  constructor(
    private readonly env: GeneralVariables,
    sections: readonly { settings(variables: never, config: Config): unknown }[],
  ) {
    this.settings = new Map(sections.map((section) => [section, section.settings(env as never, this)]));
  }

  /** The slug of a further shop; absent for the default one. */
  readonly shop = this.env.SHOP;
  readonly production = this.env.NODE_ENV === 'production';
  readonly mayUseBuiltInSecrets = mayUseBuiltInSecrets(this.env);
  /** Whether series have the label `shop`. */
  readonly metricsByShop = this.env.METRICS_BY_SHOP === 'on';
  readonly logLevel = this.env.LOG_LEVEL;
  /** How much of a client's address lines of requests have. */
  readonly logAddress = this.env.LOG_ADDRESS;
  readonly http = {
    /** Identifies the start of the process; responses contain it as `Till-Instance`, so that the starter recognises it. */
    instanceId: this.env.INSTANCE_ID,
    ...listeners(this.env),
    /** How long requests are served after the signal to end, while readiness is 503, so that proxies notice. */
    shutdownDelaySeconds: this.env.SHUTDOWN_DELAY_SECONDS ?? (this.production ? 5 : 0),
    /** From which delay of all requests on the least important ones are refused, in milliseconds; 0: never. */
    loadSheddingDelayMs: this.env.LOAD_SHEDDING_DELAY_MS ?? 0,
    /** Whether `publicUrl` is a guess, good enough for links but not to send anything to. */
    publicUrlIsGuessed: this.env.PUBLIC_URL === undefined,
    publicUrl: (this.env.PUBLIC_URL ?? `http://localhost:${this.env.PORT}`).replace(/\/$/, ''),
    /** Web pages of these origins may read answers. */
    corsOrigins: this.env.CORS_ORIGINS,
    /** Whether browsers may keep the tokens of a session in cookies. */
    cookieSessions: this.env.COOKIE_SESSIONS === 'yes',
    trustProxy: this.env.TRUST_PROXY,
  };
  readonly database = {
    url: this.env.DATABASE_URL,
    /** A standby for lists; absent if all reads use the primary. */
    replicaUrl: this.env.DATABASE_REPLICA_URL,
    poolSize: this.env.DATABASE_POOL_SIZE,
    /** Whether concurrent use cases may share a transaction. */
    groupCommit: this.env.DATABASE_GROUP_COMMIT === 'on',
  };
  readonly redis = {
    url: this.env.REDIS_URL,
    ca: this.env.REDIS_CA,
    /** What keys and channels of a further shop begin with. */
    prefix: redisPrefixOf(this.shop),
  };
  /** The first key signs access tokens, and all verify them. */
  readonly accessToken = { privateKeys: this.env.JWT_PRIVATE_KEY, ttlSeconds: this.env.ACCESS_TOKEN_TTL_SECONDS };
  /** Keys for secrets in the database, as name:key: the first encrypts, all decrypt. None: nothing can be encrypted. */
  readonly encryptionKeys = this.env.ENCRYPTION_KEYS ?? (this.mayUseBuiltInSecrets ? [developmentEncryptionKey] : []);
  /** Where traces go; absent if nothing is traced. */
  readonly tracing =
    this.env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
      ? undefined
      : {
          endpoint: this.env.OTEL_EXPORTER_OTLP_ENDPOINT,
          headers: this.env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          ratio: this.env.OTEL_TRACES_SAMPLER_ARG,
        };
  /** How long answers are kept under their idempotency keys. */
  readonly idempotencyKeysHours = this.env.RETENTION_IDEMPOTENCY_KEYS_HOURS;
  /** How old the sign-in of staff may be for changes that they make often, in seconds. */
  readonly staffSignInSeconds = this.env.STAFF_SIGN_IN_SECONDS;
  /** Requests per minute. `signInPerAccount` is never scaled: it protects a password, not the server. */
  readonly rateLimit = {
    perAddress: Math.ceil(this.env.RATE_LIMIT_PER_ADDRESS * this.env.RATE_LIMIT_SCALE),
    webhooksPerAddress: Math.ceil(this.env.RATE_LIMIT_WEBHOOKS_PER_ADDRESS * this.env.RATE_LIMIT_SCALE),
    perUser: Math.ceil(this.env.RATE_LIMIT_PER_USER * this.env.RATE_LIMIT_SCALE),
    signInPerAccount: this.env.RATE_LIMIT_SIGN_IN_PER_ACCOUNT,
  };

  /** The settings of a module, by its section. @throws Error for a section that was not read */
  of<S>(section: { settings(variables: never, config: never): S }): S {
    if (!this.settings.has(section)) throw new Error('The settings of this section were not read: src/settings.ts.');
    return this.settings.get(section) as S;
  }
}
