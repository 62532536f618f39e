import { Injectable } from '@nestjs/common';
import { IsNull, MoreThanOrEqual } from 'typeorm';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { hashOfRecoveryCode, newRecoveryCodes } from './domain/recovery-code.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';

const USE = `
  UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING 1`;
const ADD = `INSERT INTO recovery_codes (user_id, code_hash) SELECT $1::uuid, unnest($2::bytea[])`;
const END = `
  DELETE FROM recovery_codes WHERE user_id = $1 AND NOT (SELECT has_second_factor FROM users WHERE id = $1)`;

/** Codes that stand in for a second factor. */
@Injectable()
export class RecoveryCodesService {
  constructor(private readonly tx: Transaction) {}

  /** Replaces the codes of a person, in the running transaction. Nobody sees the new ones again. */
  async replace(userId: UserId): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.tx.repository(RecoveryCodeEntity).delete({ userId });
    await this.tx.query(ADD, [userId, codes.map((code) => hashOfRecoveryCode(code)!)]);
    return codes;
  }

  /** Uses up a code by its hash. Returns false if the person has no such code that is unused. */
  async use(userId: UserId, codeHash: Buffer): Promise<boolean> {
    return (await this.tx.query(USE, [userId, codeHash])).length > 0;
  }

  /** How many codes are unused. */
  left(userId: UserId): Promise<number> {
    return this.tx.repository(RecoveryCodeEntity).countBy({ userId, usedAt: IsNull() });
  }

  /** Removes the codes that were made at or after `since`, in the running transaction. */
  async removeSince(userId: UserId, since: Date): Promise<void> {
    await this.tx.repository(RecoveryCodeEntity).delete({ userId, createdAt: MoreThanOrEqual(since) });
  }

  /** Removes codes that stand in for nothing, in the running transaction. */
  async endWithoutFactor(userId: UserId): Promise<void> {
    await this.tx.query(END, [userId]);
  }
}
