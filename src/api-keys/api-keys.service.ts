import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { type Page, pageOf, readCursor } from '../platform/http/index.js';
import { Clock } from '../shared/clock.js';
import { NotFound } from '../shared/errors.js';
import { type ApiKeyId, newId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { keyMoved } from './api-keys-audit.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { hashOfSecret, newKeyText, writeKey } from './domain/key-text.js';
import type { CreateApiKeyDto } from './dto/create-api-key.dto.js';

const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

/** Makes, lists and revokes API keys. Nobody makes or sees a key that may do more than they. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly config: Config,
  ) {}

  /** Returns the new key with its text, which nothing keeps. @throws Forbidden for a scope that the caller lacks */
  async create(caller: Caller, given: CreateApiKeyDto): Promise<{ readonly key: ApiKeyEntity; readonly text: string }> {
    for (const scope of given.scopes) assertPermitted(caller, scope);
    const text = newKeyText();
    const createdAt = this.clock.now();
    const key = await this.tx.run(async () => {
      const made = await this.repository.insert({
        id: newId<'key'>(),
        ownerId: caller.userId,
        name: given.name,
        prefix: text.prefix,
        secretHash: hashOfSecret(text.secret),
        scopes: given.scopes,
        addresses: given.addresses ?? [],
        requestsPerMinute: given.requestsPerMinute ?? null,
        expiresAt: new Date(createdAt.getTime() + (given.expiresInDays ?? DEFAULT_DAYS) * DAY_MS),
        createdAt,
      });
      this.audit.record(keyMoved('created', made));
      return made;
    });
    return { key, text: writeKey(text, this.config.shop) };
  }

  /** Newest first. */
  async list(caller: Caller, limit: number, cursor?: string): Promise<Page<ApiKeyEntity>> {
    const before = readCursor(cursor, ['id'])?.[0] as ApiKeyId | undefined;
    return pageOf(await this.repository.list([...caller.permissions], limit + 1, before), limit, ({ id }) => [id]);
  }

  /** @throws NotFound also for a key that may do more than the caller */
  async read(caller: Caller, id: ApiKeyId): Promise<ApiKeyEntity> {
    const key = await this.repository.find(id);
    if (!key?.scopes.every((scope) => caller.permissions.has(scope))) throw new NotFound('API key');
    return key;
  }

  /** The key stops within 15 seconds. Revoking it again changes nothing. @throws NotFound */
  revoke(caller: Caller, id: ApiKeyId): Promise<void> {
    return this.tx.run(async () => {
      const key = await this.read(caller, id);
      await this.repository.revoke(id);
      this.audit.record(keyMoved('revoked', key));
    });
  }
}
