import { Injectable } from '@nestjs/common';
import { Transaction, violatedConstraint } from '../../platform/database/index.js';
import { newId, type PasskeyId, type UserId } from '../../shared/ids.js';
import { hashOfToken } from '../sessions/opaque-token.js';
import { PasskeyEntity } from './passkey.entity.js';
import { CHALLENGE_SECONDS, type UsedPasskey, type VerifiedPasskey } from './passkey-verifier.js';
import { InvalidPasskey, TooManyPasskeys } from './passkeys.errors.js';

/** Who adds a passkey, with the version of the account's rights, password and factors. */
export interface Registrant {
  readonly userId: UserId;
  readonly accessVersion: number;
}
type UsedChallenge = {
  readonly isFresh: boolean;
  readonly userId: UserId | null;
  readonly accessVersion: number | null;
};

const BEGIN = `
  INSERT INTO passkey_challenges (challenge_hash, user_id, access_version, expires_at)
  VALUES ($1, $2, $3, now() + ${CHALLENGE_SECONDS} * interval '1 second')`;
/** Used once: whoever deletes the row continues. */
const END = `
  WITH ended AS (DELETE FROM passkey_challenges WHERE challenge_hash = $1 RETURNING expires_at, user_id, access_version)
  SELECT expires_at > now() AS "isFresh", user_id AS "userId", access_version AS "accessVersion" FROM ended`;
const LOCK_OWNER = `
  SELECT has_second_factor AS "hasFactor" FROM users
  WHERE id = $1 AND access_version = $2 AND status = 'active' FOR NO KEY UPDATE`;
/** PostgreSQL's names of the checks of a passkey's id and key. */
const SIZES = /^passkeys_(?:credential_id|public_key)_check$/;

/** A counter that did not grow means that the key has a copy. Authenticators that do not count always send 0. */
const USE = `
  UPDATE passkeys SET sign_count = $2, is_synced = $3, rp_id = $4, last_used_at = now()
  WHERE id = $1 AND (sign_count < $2 OR sign_count = 0 AND $2::bigint = 0) RETURNING 1`;

const OTHER_DOMAINS = `
  SELECT rp_id AS "rpId", count(*)::int AS passkeys FROM passkeys WHERE rp_id <> $1 GROUP BY rp_id ORDER BY rp_id`;
const DELETE_SINCE = 'DELETE FROM passkeys WHERE user_id = $1 AND created_at >= $2 RETURNING id';

@Injectable()
export class PasskeysRepository {
  constructor(private readonly tx: Transaction) {}

  async beginChallenge(challenge: string, registrant?: Registrant): Promise<void> {
    const { userId = null, accessVersion = null } = registrant ?? {};
    await this.tx.query(BEGIN, [hashOfToken(challenge), userId, accessVersion]);
  }

  /** Returns whose challenge it is; nobody can use it again. `undefined` for an unknown, used or old one. */
  async useChallenge(challenge: string): Promise<UsedChallenge | undefined> {
    const [found] = await this.tx.query<UsedChallenge & Record<string, unknown>>(END, [hashOfToken(challenge)]);
    return found?.isFresh ? found : undefined;
  }

  /** Locks the account. Returns whether it has a factor; `undefined` if it has changed since `accessVersion`. */
  async lockOwner({ userId, accessVersion }: Registrant): Promise<{ hasFactor: boolean } | undefined> {
    const [owner] = await this.tx.query<{ hasFactor: boolean }>(LOCK_OWNER, [userId, accessVersion]);
    return owner;
  }

  /** @throws TooManyPasskeys, and InvalidPasskey for one that an account has: which one is nobody's business */
  async insert(userId: UserId, name: string, passkey: VerifiedPasskey): Promise<PasskeyEntity> {
    const passkeys = this.tx.repository(PasskeyEntity);
    const id: PasskeyId = newId<'psk'>();
    try {
      await passkeys.insert({ id, userId, name, ...passkey });
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'passkeys_of_one_account') throw new InvalidPasskey('it has an account already', userId);
      if (constraint && SIZES.test(constraint)) throw new InvalidPasskey('its id or key is too large', userId);
      throw constraint === 'passkeys_per_account' ? new TooManyPasskeys() : error;
    }
    return passkeys.findOneByOrFail({ id });
  }

  find(credentialId: Buffer): Promise<PasskeyEntity | null> {
    return this.tx.repository(PasskeyEntity).findOneBy({ credentialId });
  }

  /** Returns false if the counter is not above that of another use. */
  async use(id: PasskeyId, { signCount, isSynced, rpId }: UsedPasskey): Promise<boolean> {
    return (await this.tx.query(USE, [id, signCount, isSynced, rpId])).length > 0;
  }

  of(userId: UserId): Promise<PasskeyEntity[]> {
    return this.tx.repository(PasskeyEntity).find({ where: { userId }, order: { id: 'DESC' } });
  }

  /** The domains other than this one that passkeys were made for, with their numbers. */
  ofOtherDomains(rpId: string): Promise<{ rpId: string; passkeys: number }[]> {
    return this.tx.repository(PasskeyEntity).query(OTHER_DOMAINS, [rpId]);
  }

  count(userId: UserId): Promise<number> {
    return this.tx.repository(PasskeyEntity).countBy({ userId });
  }

  /** Removes the passkeys made at or after `since`, or all. Returns their ids. */
  async deleteSince(userId: UserId, since = new Date(0)): Promise<PasskeyId[]> {
    return (await this.tx.query<{ id: PasskeyId }>(DELETE_SINCE, [userId, since])).map(({ id }) => id);
  }

  /** Returns the passkey, unless it is not the person's. */
  async rename(userId: UserId, id: PasskeyId, name: string): Promise<PasskeyEntity | null> {
    await this.tx.repository(PasskeyEntity).update({ id, userId }, { name });
    return this.tx.repository(PasskeyEntity).findOneBy({ id, userId });
  }

  /** Returns whether the person had it. */
  async delete(userId: UserId, id: PasskeyId): Promise<boolean> {
    return (await this.tx.repository(PasskeyEntity).delete({ id, userId })).affected === 1;
  }
}
