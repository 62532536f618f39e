import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserId } from '../shared/ids.js';
import { type AccountAccess, UsersService } from '../users/index.js';

/**
 * How long what the database said counts, in milliseconds. A token from before a demotion works that long at most; no
 * other process has to be told, so that it holds whether Redis is up or not.
 */
const FRESH_MS = 15_000;
/** Callers that are busy at once; whoever is pushed out costs one more read. */
const CAPACITY = 20_000;

/** Compares the account version of a token with the account's own, which is read once for all who ask at the same time. */
@Injectable()
export class AccountVersions {
  private readonly accounts: LRUCache<UserId, AccountAccess>;

  constructor(users: UsersService) {
    this.accounts = new LRUCache({
      max: CAPACITY,
      ttl: FRESH_MS,
      fetchMethod: (id: UserId) => users.access(id),
      // Who is pushed out while the database is asked gets the answer nevertheless.
      ignoreFetchAbort: true,
    });
  }

  /** Without waiting where the answer is known. @throws DatabaseUnavailable */
  isCurrent(id: UserId, version: number): boolean | Promise<boolean> {
    const known = this.accounts.get(id);
    // A version only rises: a token of a later one says that what is known is old.
    if (known && known.version >= version) return isCurrent(known, version);
    return this.accounts.fetch(id, { forceRefresh: true }).then((read) => isCurrent(read, version));
  }
}

function isCurrent(account: AccountAccess | undefined, version: number): boolean {
  return account !== undefined && account.isActive && account.version === version;
}
