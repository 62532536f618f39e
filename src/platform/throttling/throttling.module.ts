import { Module } from '@nestjs/common';
import { normalizeIp, ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import type { Caller } from '../access/index.js';
import { Config } from '../config/index.js';
import { type AddressedRequest, clientAddress } from './client-address.js';
import { SignInLimit } from './sign-in-limit.js';
import { WINDOW_SECONDS, WindowStorage } from './window-storage.js';

function optionsOf({ rateLimit }: Config, redis: Redis): ThrottlerModuleOptions {
  const ttl = WINDOW_SECONDS * 1000;
  return {
    storage: new WindowStorage(redis),
    throttlers: [
      // An IPv6 client has a network of 64 bits to itself, so that network counts as one address.
      {
        name: 'address',
        ttl,
        limit: rateLimit.perAddress,
        getTracker: (request) => normalizeIp(clientAddress(request as unknown as AddressedRequest)),
      },
      {
        name: 'user',
        ttl,
        limit: rateLimit.perUser,
        getTracker: ({ user }) => (user as Caller | undefined)?.userId ?? '',
      },
    ],
  };
}

/** Limits per address, per user and, at sign-in, per account. `RateLimitGuard` is put to work where callers are known. */
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [Config, Redis], useFactory: optionsOf })],
  providers: [SignInLimit],
  exports: [SignInLimit, ThrottlerModule],
})
export class ThrottlingModule {}
