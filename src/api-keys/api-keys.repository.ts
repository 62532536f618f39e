import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThan, Raw, type Repository } from 'typeorm';
import type { Permission } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import type { ApiKeyId } from '../shared/ids.js';
import { ApiKeyEntity } from './api-key.entity.js';

/** The values of a new key. */
export type NewApiKey = Omit<ApiKeyEntity, 'revokedAt' | 'lastUsedAt'>;

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

  /** Returns the key of a prefix that has not ended, with the hash of its secret. */
  findLive(prefix: string): Promise<ApiKeyEntity | null> {
    const select = { id: true, ownerId: true, scopes: true, addresses: true, requestsPerMinute: true } as const;
    return this.keys.findOne({
      select: { ...select, secretHash: true, expiresAt: true },
      where: { prefix, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) },
    });
  }

  async noteUse(id: ApiKeyId): Promise<void> {
    await this.keys.update({ id }, { lastUsedAt: () => 'now()' });
  }

  private get keys(): Repository<ApiKeyEntity> {
    return this.tx.repository(ApiKeyEntity);
  }
}
