import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { logFailure } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import type { UserId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyRefused } from './api-keys.errors.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { addressList } from './domain/address-list.js';
import { hashOfSecret, isSecret, readKey } from './domain/key-text.js';

/** How long a key that was read from the database is used: a revoked key works for at most this long, with or without Redis. */
const FRESH_MS = 15_000;
const USE_NOTED_MS = 60_000;
const CAPACITY = 5_000;

interface KnownKey {
  /** Undefined when there is no such key. */
  readonly key: ApiKeyEntity | undefined;
  /** Of the secret: the key's own, or the one before. */
  readonly prefix: string;
  readonly expiresAt: Date;
  readonly allows: (address: string) => boolean;
}

const NO_KEY: KnownKey = { key: undefined, prefix: '', expiresAt: new Date(0), allows: () => false };

/** Recognises API keys. A key is read from the database once in 15 s, and concurrent requests share that. */
@Injectable()
export class ApiKeyAccess {
  private readonly known: LRUCache<string, KnownKey, string>;
  private readonly noted = new LRUCache<string, true>({ max: CAPACITY, ttl: USE_NOTED_MS });

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly logger: Logger,
  ) {
    this.known = new LRUCache({
      max: CAPACITY,
      ttl: FRESH_MS,
      fetchMethod: (_hash: string, _stale, { context }) => this.read(context),
      ignoreFetchAbort: true,
    });
  }

  /** Whether a bearer token has the form of a key. */
  isKey(token: string): boolean {
    return readKey(token) !== undefined;
  }

  /** Returns the key. @throws ApiKeyRefused, DatabaseUnavailable */
  async find(token: string, address: string): Promise<ApiKeyEntity> {
    // Hashed, so that the memory of the process holds no keys.
    const known = await this.known.fetch(hashOfSecret(token).toString('base64'), { context: token });
    if (!known?.key || known.expiresAt.getTime() <= Date.now())
      throw new ApiKeyRefused('This API key does not exist, has expired, or was revoked.');
    if (!known.allows(address)) throw new ApiKeyRefused('This API key may not be used from this address.');
    this.noteUse(known.key, known.prefix);
    return known.key;
  }

  /** Ends the keys of a person that were made, or got their present secret, since then. */
  revokeMadeSince(ownerId: UserId, since: Date): Promise<void> {
    return this.repository.revokeMadeSince(ownerId, since);
  }

  private async read(token: string): Promise<KnownKey> {
    const { prefix, secret } = readKey(token)!;
    const key = await this.repository.findLive(prefix);
    const [hash, expiresAt] =
      key?.prefix === prefix ? [key.secretHash, key.expiresAt] : [key?.previousSecretHash, key?.previousExpiresAt];
    if (!key || !hash || !expiresAt || !isSecret(secret, hash)) return NO_KEY;
    return { key, prefix, expiresAt, allows: addressList(key.addresses) };
  }

  /** In the background: no request waits for it, and none fails with it. */
  private noteUse({ id }: ApiKeyEntity, prefix: string): void {
    if (this.noted.has(prefix)) return;
    this.noted.set(prefix, true);
    this.repository
      .noteUse(id, prefix)
      .catch((error: unknown) => logFailure(this.logger, 'the use of a key was not noted', error));
  }
}
