import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { AddressLimit } from './address-limit.js';
import { SignInLimit } from './sign-in-limit.js';
import { WINDOW_SECONDS, WindowStorage } from './window-storage.js';

function optionsOf({ rateLimit }: Config, redis: Redis): ThrottlerModuleOptions {
  const ttl = WINDOW_SECONDS * 1000;
  return {
    storage: new WindowStorage(redis),
    throttlers: [
      {
        name: 'user',
        ttl,
        limit: rateLimit.perUser,
        getTracker: ({ user }) => (user as Caller | undefined)?.userId ?? '',
      },
    ],
  };
}

/**
 * Limits per address, per user and, at sign-in, per account. `AddressLimit` counts all requests, `RateLimitGuard` those of known
 * callers.
 */
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [Config, Redis], useFactory: optionsOf })],
  providers: [AddressLimit, SignInLimit],
  exports: [SignInLimit, ThrottlerModule],
})
export class ThrottlingModule {}
