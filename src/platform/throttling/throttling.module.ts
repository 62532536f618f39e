import { type ExecutionContext, Module } from '@nestjs/common';
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
        getTracker: ({ user }) => personOf(user as Caller | undefined),
      },
      {
        name: 'key',
        ttl,
        limit: (context) => callerIn(context)?.apiKey?.requestsPerMinute ?? rateLimit.perUser,
        getTracker: ({ user }) => (user as Caller | undefined)?.apiKey?.id ?? '',
      },
    ],
  };
}

function personOf(caller: Caller | undefined): string {
  return caller && !caller.apiKey ? caller.userId : '';
}

function callerIn(context: ExecutionContext): Caller | undefined {
  return context.switchToHttp().getRequest<{ user?: Caller }>().user;
}

/**
 * Limits per address, per user, per API key and, at sign-in, per account. `AddressLimit` counts all requests, `RateLimitGuard` those of known
 * callers.
 */
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [Config, Redis], useFactory: optionsOf })],
  providers: [AddressLimit, SignInLimit],
  exports: [SignInLimit, ThrottlerModule],
})
export class ThrottlingModule {}
