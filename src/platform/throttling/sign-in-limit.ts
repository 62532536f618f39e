import { createHash } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { InjectThrottlerStorage, normalizeIp } from '@nestjs/throttler';
import { Config } from '../config/index.js';
import { type AddressedRequest, clientAddress } from './client-address.js';
import { FailureDelays, type FailingSubject } from './failure-delays.js';
import { PROCESS_WINDOWS } from './process-windows.js';
import { refuse, SignInDelayed } from './rate-limited.js';
import { type Limit, WindowStorage } from './window-storage.js';

/** The limit of all addresses together, as a multiple of the limit of one. */
const ADDRESSES = 10;
/** The longest delay of one account from one address. */
const MAX_SECONDS = 900;
/** The longest delay of one account from all addresses, and of one address for all accounts. */
const MAX_SECONDS_TOGETHER = 60;

/** Returns the address that a sign-in counts for: an IPv6 /64 network counts as one. */
export function signInAddress(request: AddressedRequest): string {
  return normalizeIp(clientAddress(request));
}

/** One sign-in that may be tried, until its result is known. */
export interface SignInAttempt {
  failed(): Promise<void>;
  succeeded(): Promise<void>;
}

/**
 * Slows down guesses of passwords without locking out the owner of an account: one address has a few attempts, and after five failures the
 * next ones wait, longer each time. The limits of all addresses together, and of one address for all accounts, do not apply to an
 * address from which the owner of the account has signed in before. Failures of one address count in all shops of the process, so that nobody multiplies
 * their guesses by the number of shops.
 */
@Injectable()
export class SignInLimit {
  private readonly delays: FailureDelays;
  private readonly addressDelays: FailureDelays;

  constructor(
    @InjectThrottlerStorage() private readonly windows: WindowStorage,
    private readonly config: Config,
    @Optional() @Inject(PROCESS_WINDOWS) ofProcess?: WindowStorage,
  ) {
    this.delays = new FailureDelays(windows);
    this.addressDelays = new FailureDelays(ofProcess ?? windows);
  }

  /**
   * Counts one attempt, right or wrong, also if the account does not exist. Refused attempts of one address do not count for the
   * others. @throws RateLimited, SignInDelayed
   */
  async begin(normalizedEmail: string, address: string, isKnown: () => Promise<boolean>): Promise<SignInAttempt> {
    const perMinute = this.config.rateLimit.signInPerAccount;
    const [account, pair] = [hashOf(normalizedEmail), hashOf(`${normalizedEmail}\0${address}`)];
    await this.take({ name: 'account', subject: pair, perMinute });
    // Asked for every attempt, so that the time does not reveal which accounts have failed before.
    const known = await isKnown();
    if (!known) await this.take({ name: 'account', subject: account, perMinute: perMinute * ADDRESSES });
    const subjects = [{ subject: pair, maxSeconds: MAX_SECONDS }, ...(known ? [] : [together(account)])];
    const addresses = known ? [] : [together(hashOf(`\0${address}`))];
    const waits = await Promise.all([this.delays.wait(subjects), this.addressDelays.wait(addresses)]);
    const wait = Math.max(...waits);
    if (wait > 0) throw new SignInDelayed(Math.ceil(wait / 1000));
    return {
      failed: async () => {
        await Promise.all([this.delays.fail(subjects), this.addressDelays.fail(addresses)]);
      },
      succeeded: () => this.delays.forget(pair),
    };
  }

  private async take(limit: Limit): Promise<void> {
    const record = await this.windows.countOne(limit);
    if (record.isBlocked) refuse(limit, record.timeToBlockExpire);
  }
}

function together(subject: string): FailingSubject {
  return { subject, maxSeconds: MAX_SECONDS_TOGETHER };
}

/** Hashed, so that nobody reads e-mail addresses in Redis. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
