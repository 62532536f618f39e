import { Injectable } from '@nestjs/common';
import { IsNull, MoreThanOrEqual, Not } from 'typeorm';
import { Transaction } from '../../platform/database/index.js';
import { Encryption, type Place } from '../../platform/encryption/index.js';
import type { UserId } from '../../shared/ids.js';
import { PasskeyEntity } from '../passkeys/passkey.entity.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';
import { NoEncryptionKeys } from './second-factors.errors.js';
import { TotpFactorEntity } from './totp-factor.entity.js';

/** An authenticator app with its secret. */
export interface TotpFactor {
  readonly secret: Buffer;
  /** Whether its owner showed a first code. */
  readonly isConfirmed: boolean;
  readonly lastStep: number | null;
}

/** How long a secret waits for its first code. */
const PENDING = `interval '15 minutes'`;

/** A secret that no code confirmed is replaced. */
const BEGIN = `
  INSERT INTO totp_factors AS t (user_id, secret) VALUES ($1, $2)
  ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = now() WHERE t.confirmed_at IS NULL
  RETURNING 1`;
const FIND = `
  SELECT secret, confirmed_at IS NOT NULL AS "isConfirmed", last_step::float8 AS "lastStep" FROM totp_factors
  WHERE user_id = $1 AND (confirmed_at IS NOT NULL OR created_at > now() - ${PENDING})`;
const CONFIRM = `
  UPDATE totp_factors SET confirmed_at = now(), last_step = $2 WHERE user_id = $1 AND confirmed_at IS NULL RETURNING 1`;
const USE_STEP = `
  UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2 RETURNING 1`;
const USE_CODE = `
  UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING 1`;
const ADD_CODES = `INSERT INTO recovery_codes (user_id, code_hash) SELECT $1::uuid, unnest($2::bytea[])`;
const END_CODES = `
  DELETE FROM recovery_codes WHERE user_id = $1 AND NOT (SELECT has_second_factor FROM users WHERE id = $1)`;

@Injectable()
export class SecondFactorsRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly encryption: Encryption,
  ) {}

  /** Keeps a new secret until its first code. Returns false if the person has an authenticator. @throws NoEncryptionKeys */
  async begin(userId: UserId, secret: Buffer): Promise<boolean> {
    if (this.encryption.newest === undefined) throw new NoEncryptionKeys();
    const encrypted = this.encryption.encrypt(secret.toString('base64'), placeOf(userId));
    return (await this.tx.query(BEGIN, [userId, encrypted])).length > 0;
  }

  /** Returns the authenticator of a person, or the secret that waits for its first code. */
  async totp(userId: UserId): Promise<TotpFactor | undefined> {
    const [found] = await this.tx.query<Row>(FIND, [userId]);
    if (!found) return undefined;
    return { ...found, secret: Buffer.from(this.encryption.decrypt(found.secret, placeOf(userId)), 'base64') };
  }

  /** Makes the secret a factor: a trigger ends the sessions if it is the first. Returns false if it is one already. */
  async confirm(userId: UserId, step: number): Promise<boolean> {
    return (await this.tx.query(CONFIRM, [userId, step])).length > 0;
  }

  /** Uses up the code of a step. Returns false if it, or a later one, was used before. */
  async useStep(userId: UserId, step: number): Promise<boolean> {
    return (await this.tx.query(USE_STEP, [userId, step])).length > 0;
  }

  /** Uses up a recovery code. Returns false if the person has no such code that is unused. */
  async useRecoveryCode(userId: UserId, codeHash: Buffer): Promise<boolean> {
    return (await this.tx.query(USE_CODE, [userId, codeHash])).length > 0;
  }

  async replaceRecoveryCodes(userId: UserId, codeHashes: readonly Buffer[]): Promise<void> {
    await this.tx.repository(RecoveryCodeEntity).delete({ userId });
    if (codeHashes.length > 0) await this.tx.query(ADD_CODES, [userId, codeHashes]);
  }

  recoveryCodesLeft(userId: UserId): Promise<number> {
    return this.tx.repository(RecoveryCodeEntity).countBy({ userId, usedAt: IsNull() });
  }

  passkeys(userId: UserId): Promise<number> {
    return this.tx.repository(PasskeyEntity).countBy({ userId });
  }

  /** Removes the passkeys made at or after `since`, or all. Returns whether there were any. */
  async removePasskeys(userId: UserId, since?: Date): Promise<boolean> {
    const criteria = { userId, ...(since && { createdAt: MoreThanOrEqual(since) }) };
    return (await this.tx.repository(PasskeyEntity).delete(criteria)).affected! > 0;
  }

  /** Removes the recovery codes of a person who has no factor. */
  async endCodesWithoutFactor(userId: UserId): Promise<void> {
    await this.tx.query(END_CODES, [userId]);
  }

  /** Removes what was made at or after `since`. Returns whether an authenticator was. */
  async removeSince(userId: UserId, since: Date): Promise<boolean> {
    const added = { userId, createdAt: MoreThanOrEqual(since) };
    await this.tx.repository(RecoveryCodeEntity).delete(added);
    return (await this.tx.repository(TotpFactorEntity).delete(added)).affected === 1;
  }

  /** Returns false if there was none. A trigger ends the sessions if it was the last factor. */
  async removeTotp(userId: UserId): Promise<boolean> {
    const confirmed = { userId, confirmedAt: Not(IsNull()) };
    const { affected } = await this.tx.repository(TotpFactorEntity).delete(confirmed);
    return affected === 1;
  }
}

type Row = Omit<TotpFactor, 'secret'> & { readonly secret: string } & Record<string, unknown>;

const placeOf = (id: UserId): Place => ({ table: 'totp_factors', column: 'secret', id });
