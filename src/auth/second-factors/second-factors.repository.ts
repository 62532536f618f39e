import { Injectable } from '@nestjs/common';
import { IsNull, MoreThanOrEqual, Not } from 'typeorm';
import { Transaction } from '../../platform/database/index.js';
import { Encryption, type Place } from '../../platform/encryption/index.js';
import type { UserId } from '../../shared/ids.js';
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
  ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at WHERE t.confirmed_at IS NULL
  RETURNING 1`;
const FIND = `
  SELECT secret, confirmed_at IS NOT NULL AS "isConfirmed", last_step::float8 AS "lastStep" FROM totp_factors
  WHERE user_id = $1 AND (confirmed_at IS NOT NULL OR created_at > now() - ${PENDING})`;
const CONFIRM = `
  UPDATE totp_factors SET confirmed_at = now(), last_step = $2 WHERE user_id = $1 AND confirmed_at IS NULL RETURNING 1`;
const USE_STEP = `
  UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2 RETURNING 1`;

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

  /**
   * Removes an authenticator that was begun at or after `since`, also one without its first code; without `since`, a confirmed one. Returns whether
   * there was one. A trigger ends the sessions if it was the last factor.
   */
  async removeTotp(userId: UserId, since?: Date): Promise<boolean> {
    const criteria = since ? { userId, createdAt: MoreThanOrEqual(since) } : { userId, confirmedAt: Not(IsNull()) };
    return (await this.tx.repository(TotpFactorEntity).delete(criteria)).affected === 1;
  }
}

type Row = Omit<TotpFactor, 'secret'> & { readonly secret: string } & Record<string, unknown>;

const placeOf = (id: UserId): Place => ({ table: 'totp_factors', column: 'secret', id });
