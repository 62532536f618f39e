import type { Redis } from 'ioredis';
import { lasting } from '../redis/index.js';
import { RECALLS } from './window-scripts.js';

/** Listens for the keys whose places other processes need. The connection opens with the first place that is held. */
export class LeaseRecalls {
  private listener: Redis | undefined;

  constructor(
    private readonly redis: Redis,
    private readonly recalled: (key: string) => void,
  ) {}

  /** Begins to listen, once. */
  listen(): void {
    if (this.listener) return;
    // It waits for messages, so silence is no sign of a dead connection, and no command has a time limit.
    const waiting = { enableOfflineQueue: true, maxRetriesPerRequest: null };
    const listener = this.redis.duplicate({
      ...lasting,
      ...waiting,
      commandTimeout: undefined,
      socketTimeout: undefined,
    });
    this.listener = listener;
    // The connection of the commands logs outages.
    listener.on('error', () => undefined);
    listener.on('message', (_channel: string, key: string) => this.recalled(key));
    // Without the right to subscribe, places that are held stay unused: a hundredth of a limit at most.
    listener.subscribe(RECALLS).catch(() => undefined);
  }

  close(): void {
    this.listener?.disconnect();
  }
}
