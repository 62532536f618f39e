import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '../shared/ids.js';
import { type AccountAccess, UsersService } from '../users/index.js';

/**
 * How long a version that was read from the database is used, in milliseconds. After a demotion, an older token works for
 * at most this long, and a role has its old permissions. No other process has to be notified, so this holds with or without Redis.
 */
const FRESH_MS = 15_000;
/** More than the callers that are active at the same time. An evicted entry costs one more read. */
const CAPACITY = 20_000;

/** Compares the account version in a token with the account's own. Concurrent callers share one read. */
@Injectable()
export class AccountVersions {
  private readonly accounts: LRUCache<UserId, AccountAccess>;

  constructor(users: UsersService) {
    this.accounts = new LRUCache({
      max: CAPACITY,
      ttl: FRESH_MS,
      ttlResolution: 0, // the clock is cheaper than a timer for each millisecond
      fetchMethod: (id: UserId) => users.access(id),
      // An entry that is evicted while its read runs still gets the result.
      ignoreFetchAbort: true,
    });
  }

  /** Returns the account if it is active, whatever its version. @throws DatabaseUnavailable */
  async findActive(id: UserId): Promise<AccountAccess | undefined> {
    const account = await this.accounts.fetch(id);
    return account?.isActive ? account : undefined;
  }

  /**
   * Returns the account if the version is its current one; at once when that is cached.
   * @throws DatabaseUnavailable
   */
  find(id: UserId, version: number): AccountAccess | undefined | Promise<AccountAccess | undefined> {
    const known = this.accounts.get(id);
    // Versions only increase, so a token with a later version shows that the cached one is outdated.
    if (known && known.version >= version) return ifCurrent(known, version);
    return this.accounts.fetch(id, { forceRefresh: true }).then((read) => ifCurrent(read, version));
  }
}

function ifCurrent(account: AccountAccess | undefined, version: number): AccountAccess | undefined {
  return account?.isActive && account.version === version ? account : undefined;
}
