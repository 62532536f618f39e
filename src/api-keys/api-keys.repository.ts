import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThan, MoreThanOrEqual, Raw, type Repository } from 'typeorm';
import type { Permission } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import type { ApiKeyId, UserId } from '../shared/ids.js';
import { ApiKeyEntity } from './api-key.entity.js';
import type { Rotation } from './domain/rotation.js';

/** The values of a new key. */
export type NewApiKey = Pick<
  ApiKeyEntity,
  | 'id'
  | 'ownerId'
  | 'name'
  | 'prefix'
  | 'secretHash'
  | 'scopes'
  | 'addresses'
  | 'requestsPerMinute'
  | 'expiresAt'
  | 'createdAt'
>;
type Secret = Required<Pick<ApiKeyEntity, 'prefix' | 'secretHash'>>;

const ROTATE = `
  UPDATE api_keys SET prefix = $2, secret_hash = $3, rotated_at = $4, expires_at = $5, previous_expires_at = $6, last_used_at = NULL,
    previous_prefix = CASE WHEN $7 THEN previous_prefix ELSE prefix END,
    previous_secret_hash = CASE WHEN $7 THEN previous_secret_hash ELSE secret_hash END,
    previous_last_used_at = CASE WHEN $7 THEN previous_last_used_at ELSE last_used_at END
  WHERE id = $1`;
const NOTE_USE = `
  UPDATE api_keys SET last_used_at = CASE WHEN prefix = $2 THEN n.at ELSE last_used_at END,
    previous_last_used_at = CASE WHEN previous_prefix = $2 THEN n.at ELSE previous_last_used_at END
  FROM (SELECT now() AS at) n WHERE id = $1`;

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly tx: Transaction) {}

  async insert(values: NewApiKey): Promise<ApiKeyEntity> {
    await this.keys.insert(values);
    return (await this.find(values.id))!;
  }

  find(id: ApiKeyId): Promise<ApiKeyEntity | null> {
    return this.keys.findOneBy({ id });
  }

  /** Newest first: those whose scopes are all among `held`. */
  list(held: readonly Permission[], take: number, before?: ApiKeyId): Promise<ApiKeyEntity[]> {
    const within = Raw((column) => `${column} <@ ARRAY[:...held]::text[]`, { held });
    const where = { scopes: within, ...(before && { id: LessThan(before) }) };
    return this.keys.find({ where, order: { id: 'DESC' }, take });
  }

  async revoke(id: ApiKeyId): Promise<void> {
    await this.keys.update({ id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
  }

  /** Ends the keys of a person that were made, or got their present secret, since then. */
  async revokeMadeSince(ownerId: UserId, since: Date): Promise<void> {
    const live = { ownerId, revokedAt: IsNull() };
    const made = [
      { ...live, createdAt: MoreThanOrEqual(since) },
      { ...live, rotatedAt: MoreThanOrEqual(since) },
    ];
    for (const where of made) await this.keys.update(where, { revokedAt: () => 'now()' });
  }

  /** Locks the key. */
  lock(id: ApiKeyId): Promise<ApiKeyEntity | null> {
    return this.keys.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Gives a locked key another secret. */
  async rotate({ id }: ApiKeyEntity, { prefix, secretHash }: Secret, to: Rotation): Promise<ApiKeyEntity> {
    const { rotatedAt, expiresAt, previousExpiresAt, keepsPrevious } = to;
    await this.tx.query(ROTATE, [id, prefix, secretHash, rotatedAt, expiresAt, previousExpiresAt, keepsPrevious]);
    return (await this.find(id))!;
  }

  /** Returns the key of a prefix, its own or the one before, that has not ended, with the hashes of its secrets. */
  findLive(prefix: string): Promise<ApiKeyEntity | null> {
    const secrets = { prefix: true, secretHash: true, previousSecretHash: true, previousExpiresAt: true } as const;
    const select = { id: true, ownerId: true, scopes: true, addresses: true, requestsPerMinute: true } as const;
    const live = { revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    return this.keys.findOne({
      select: { ...select, ...secrets, expiresAt: true },
      where: [
        { ...live, prefix },
        { ...live, previousPrefix: prefix, previousExpiresAt: MoreThan(new Date()) },
      ],
    });
  }

  /** Notes the use of the secret with this prefix. */
  async noteUse(id: ApiKeyId, prefix: string): Promise<void> {
    await this.keys.query(NOTE_USE, [id, prefix]);
  }

  private get keys(): Repository<ApiKeyEntity> {
    return this.tx.repository(ApiKeyEntity);
  }
}
