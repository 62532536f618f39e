import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { newId, type UserId } from '../../shared/ids.js';
import { InvalidToken } from '../mailed-tokens/mailed-tokens.errors.js';
import { VALID_SECONDS } from '../mailed-tokens/mailed-tokens.service.js';
import { hashOfToken, newOpaqueToken } from '../sessions/opaque-token.js';

/** What a token undoes. */
export interface AddedWay {
  readonly userId: UserId;
  readonly email: string;
  readonly addedAt: Date;
}

const ISSUE = `
  WITH owner AS MATERIALIZED (SELECT id, email FROM users WHERE id = $2 AND status = 'active')
  INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at, added_at)
  SELECT $1::uuid, 'access_undo', email, id, $3::bytea, $4::timestamptz + $5::int * interval '1 second', $4 FROM owner RETURNING 1`;
/**
 * Older mails undo nothing more, and whoever was in the account takes its address no longer. What waits to be mailed has no token that
 * could be used up; it is never mailed.
 */
const END_OTHERS = `
  WITH unsent AS (
    DELETE FROM mailed_tokens WHERE user_id = $1 AND purpose IN ('access_undo', 'email_change') AND token_hash IS NULL)
  UPDATE mailed_tokens SET used_at = now()
  WHERE user_id = $1 AND purpose IN ('access_undo', 'email_change') AND used_at IS NULL AND token_hash IS NOT NULL`;
/** The mail of an address that the account has no longer undoes nothing: the owner of the old one takes the address back first. */
const USE = `
  UPDATE mailed_tokens t SET used_at = now() FROM users u
  WHERE t.token_hash = $1 AND t.purpose = 'access_undo' AND t.used_at IS NULL AND t.expires_at > now()
    AND u.id = t.user_id AND u.status = 'active' AND lower(u.email) = lower(t.email)
  RETURNING t.user_id AS "userId", t.email, t.added_at AS "addedAt"`;

/** Tokens in the mails about new ways into an account. */
@Injectable()
export class AccessUndoTokens {
  constructor(private readonly tx: Transaction) {}

  /** Makes the token for a mail about what was added then. Returns `undefined` for an account that is disabled or gone. */
  issue(userId: UserId, addedAt: Date): Promise<string | undefined> {
    return this.tx.run(async () => {
      const token = newOpaqueToken();
      const values = [newId<'mtk'>(), userId, hashOfToken(token), addedAt, VALID_SECONDS.access_undo];
      return (await this.tx.query(ISSUE, values)).length > 0 ? token : undefined;
    });
  }

  /** Uses a token up, and with it the account's other ones and those of changes of its address, in the running transaction. @throws InvalidToken */
  async use(token: string): Promise<AddedWay> {
    const [used] = await this.tx.query<AddedWay & Record<string, unknown>>(USE, [hashOfToken(token)]);
    if (!used) throw new InvalidToken();
    await this.tx.query(END_OTHERS, [used.userId]);
    return used;
  }
}
