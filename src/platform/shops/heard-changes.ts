import type { Redis } from 'ioredis';
import { listenerOf } from '../redis/index.js';
import { CHANGES } from './changed-shops.js';

/** How often to ask whether Redis is still there, in milliseconds: silence is no sign of a dead connection. */
const BEAT_MS = 1000;

/** Hears which shops change, through Redis. */
export class HeardChanges {
  private readonly listener: Redis;
  private readonly beats: NodeJS.Timeout;
  private isAnswered = true;
  private isSubscribed = false;

  /** `hear` gets the slug of each shop that changes, and `missed` is called when changes may not have been heard. */
  constructor(redis: Redis, hear: (slug: string) => void, missed: () => void) {
    const listener = listenerOf(redis, { autoResubscribe: false });
    this.listener = listener;
    listener.on('ready', () => void this.subscribe(missed));
    listener.on('close', () => (this.isSubscribed = false));
    listener.on('message', (_channel: string, slug: string) => hear(slug));
    this.beats = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /** Whether changes are heard at present. */
  get isLive(): boolean {
    return this.isSubscribed;
  }

  end(): void {
    clearInterval(this.beats);
    this.isSubscribed = false;
    this.listener.disconnect();
  }

  private async subscribe(missed: () => void): Promise<void> {
    try {
      await this.listener.subscribe(CHANGES);
      this.isAnswered = true;
      this.isSubscribed = true;
      missed();
    } catch {
      // The next connection subscribes again; until then every shop counts as busy.
    }
  }

  private beat(): void {
    if (!this.isSubscribed) return;
    if (!this.isAnswered) {
      this.isSubscribed = false;
      this.listener.disconnect(true);
      return;
    }
    this.isAnswered = false;
    this.listener.ping().then(
      () => (this.isAnswered = true),
      () => undefined,
    );
  }
}
