import { Redis, type RedisOptions } from 'ioredis';
import { VerifyingConnector } from './verifying-connector.js';

/** The URL of Redis and, for `rediss:`, its certificate authority unless that is a public one. */
export interface RedisSettings {
  readonly url: string;
  readonly ca?: string | undefined;
}

/** Opens a connection to Redis, for all parts of Till. */
export function openRedis({ url, ca }: RedisSettings, options: RedisOptions): Redis {
  return new Redis(url, {
    ...options,
    Connector: VerifyingConnector,
    ...(ca && url.startsWith('rediss:') && { tls: { ca } }),
  });
}
