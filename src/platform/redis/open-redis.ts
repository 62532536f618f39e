import { Redis, type RedisOptions } from 'ioredis';
import { VerifyingConnector } from './verifying-connector.js';

/** Which Redis: its URL and, for `rediss:`, the authority that signed its certificate where it is no public one. */
export interface RedisSettings {
  readonly url: string;
  readonly ca?: string | undefined;
}

/** A connection to Redis, as every part of Till makes it. */
export function openRedis({ url, ca }: RedisSettings, options: RedisOptions): Redis {
  return new Redis(url, {
    ...options,
    Connector: VerifyingConnector,
    ...(ca && url.startsWith('rediss:') && { tls: { ca } }),
  });
}
