import { Module, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LogGrowth } from '../platform/outbox/index.js';
import { channelOf } from '../platform/redis/index.js';
import { LOG_GREW } from './log-grew.js';

/** Tells the api processes that the log grew. When Redis is away nobody hears it, and they look by themselves. */
@Module({})
export class LiveWorkerModule implements OnModuleInit {
  constructor(
    private readonly growth: LogGrowth,
    private readonly redis: Redis,
  ) {}

  onModuleInit(): void {
    this.growth.listen(() => void this.redis.publish(channelOf(this.redis, LOG_GREW), '').catch(() => undefined));
  }
}
