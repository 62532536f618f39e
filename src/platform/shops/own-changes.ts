import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import type { Entrance } from '../http/index.js';
import { CHANGES, NOTED_MS } from './changed-shops.js';
import { mayChange } from './shop-entrance.js';

/** Tells workers that serve all shops of the changes that an api of one further shop (`SHOP`) makes. */
export class OwnChanges {
  private redis: Redis | undefined;
  private notedAt = -Infinity;

  constructor(private readonly slug: string) {}

  /** Lets each request pass. */
  readonly entrance: Entrance = (request) => {
    if (mayChange(request)) this.note();
    return false;
  };

  begin(app: NestFastifyApplication): void {
    this.redis = app.get(Redis, { strict: false });
  }

  private note(): void {
    const now = performance.now();
    if (now - this.notedAt < NOTED_MS) return;
    this.notedAt = now;
    this.redis?.publish(CHANGES, this.slug).catch(() => (this.notedAt = -Infinity)); // the next request tries again
  }
}
