import type { Redis, RedisOptions } from 'ioredis';
import { lasting } from './outages.js';

/** The name of a channel, which the processes of a shop have to themselves as they have its keys. */
export function channelOf({ options }: Redis, name: string): string {
  return `${options.keyPrefix ?? ''}${name}`;
}

/**
 * Opens a connection of its own that waits for messages: silence is no sign that it is dead, so no command has a time limit, and commands
 * wait while Redis is away. Outages are logged by the connection that it is made from.
 */
export function listenerOf(redis: Redis, options: RedisOptions = {}): Redis {
  const listener = redis.duplicate({
    ...lasting,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
    ...options,
  });
  listener.on('error', () => undefined);
  return listener;
}
