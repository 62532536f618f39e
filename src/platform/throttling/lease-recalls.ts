import type { Redis } from 'ioredis';
import { channelOf, listenerOf } from '../redis/index.js';
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
    const listener = listenerOf(this.redis);
    this.listener = listener;
    const { keyPrefix: prefix = '' } = this.redis.options;
    listener.on('message', (_channel: string, key: string) => this.recalled(key.slice(prefix.length)));
    // Without the right to subscribe, places that are held stay unused: a hundredth of a limit at most.
    listener.subscribe(channelOf(this.redis, RECALLS)).catch(() => undefined);
  }

  close(): void {
    this.listener?.disconnect();
  }
}
