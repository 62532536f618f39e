import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectThrottlerStorage, normalizeIp } from '@nestjs/throttler';
import { Config } from '../config/index.js';
import { type AddressedRequest, clientAddress } from './client-address.js';
import { refuse } from './rate-limited.js';
import { type Limit, WindowStorage } from './window-storage.js';

/** The limit of all addresses together, as a multiple of the limit of one. */
const ADDRESSES = 10;

/** Returns the address that a sign-in counts for: an IPv6 /64 network counts as one. */
export function signInAddress(request: AddressedRequest): string {
  return normalizeIp(clientAddress(request));
}

/**
 * Slows down guesses of an account's password without locking out its owner: one address has a few attempts, and the limit of all
 * addresses together does not apply to addresses from which the owner has signed in before.
 */
@Injectable()
export class SignInLimit {
  constructor(
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    private readonly config: Config,
  ) {}

  /**
   * Counts one attempt, right or wrong, also if the account does not exist. Refused attempts of one address do not count for the
   * others. @throws RateLimited
   */
  async count(normalizedEmail: string, address: string, isKnown: () => Promise<boolean>): Promise<void> {
    const perMinute = this.config.rateLimit.signInPerAccount;
    await this.take({ name: 'account', subject: hashOf(`${normalizedEmail}\0${address}`), perMinute });
    const together = { name: 'account', subject: hashOf(normalizedEmail), perMinute: perMinute * ADDRESSES };
    await this.take(together, isKnown);
  }

  private async take(limit: Limit, isSpared = () => Promise.resolve(false)): Promise<void> {
    const [record] = await this.windows.count([limit]);
    if (record?.isBlocked && !(await isSpared())) refuse(limit, record.timeToBlockExpire);
  }
}

/** Hashed, so that nobody reads e-mail addresses in Redis. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
