import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { Clock } from '../shared/clock.js';
import { NotFound } from '../shared/errors.js';
import type { ApiKeyId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import { keyMoved } from './api-keys-audit.js';
import { NotYourApiKey } from './api-keys.errors.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { hashOfSecret, newKeyText, writeKey } from './domain/key-text.js';
import { decideRotation } from './domain/rotation.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';

/** Gives a key another secret, beside the present one for some time. */
@Injectable()
export class ApiKeyRotation {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly config: Config,
  ) {}

  /**
   * Returns the key and its new text, which nothing keeps. Only its owner rotates a key: it acts in their name, also where two people
   * must decide. @throws NotFound, NotYourApiKey, ApiKeyRotating
   */
  async rotate(caller: Caller, id: ApiKeyId, given: RotateApiKeyDto) {
    const text = newKeyText();
    const key = await this.tx.run(async () => {
      const present = await this.repository.lock(id);
      assertMayRotate(caller, present);
      const decided = decideRotation(present, given, this.clock.now());
      const secret = { prefix: text.prefix, secretHash: hashOfSecret(text.secret) };
      const rotated = await this.repository.rotate(present, secret, decided);
      this.audit.record(keyMoved('rotated', rotated, present));
      return rotated;
    });
    return { key, text: writeKey(text, this.config.shop) };
  }
}

function assertMayRotate(caller: Caller, key: ApiKeyEntity | null): asserts key is ApiKeyEntity {
  const isThere = key && key.revokedAt === null && key.scopes.every((scope) => caller.permissions.has(scope));
  if (!isThere) throw new NotFound('live API key');
  if (key.ownerId !== caller.userId) throw new NotYourApiKey();
}
