import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { AddressLimit } from './address-limit.js';
import { SignInLimit } from './sign-in-limit.js';
import { SubjectLimit } from './subject-limit.js';
import { WindowStorage } from './window-storage.js';

/** Without limits of the library's own: its guard asks for each of them in turn, and always waits. */
function optionsOf(redis: Redis): ThrottlerModuleOptions {
  return { storage: new WindowStorage(redis), throttlers: [] };
}

/**
 * Limits per address, per user, per API key and, at sign-in, per account. `AddressLimit` counts all requests, `RateLimitGuard` those of known
 * callers.
 */
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [Redis], useFactory: optionsOf })],
  providers: [AddressLimit, SignInLimit, SubjectLimit],
  exports: [AddressLimit, SignInLimit, SubjectLimit, ThrottlerModule],
})
export class ThrottlingModule {}
