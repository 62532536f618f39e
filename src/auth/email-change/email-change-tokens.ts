import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { type FormerEmailId, type MailedTokenId, newId, type UserId } from '../../shared/ids.js';
import { mailedTokenRequested } from '../mailed-tokens/mailed-token.events.js';
import { InvalidToken } from '../mailed-tokens/mailed-tokens.errors.js';
import { type IssuedToken, MAX_PER_HOUR, VALID_SECONDS } from '../mailed-tokens/mailed-tokens.service.js';
import { hashOfToken, newOpaqueToken } from '../sessions/opaque-token.js';

/** A mail to a former address: without a token if it can't take the account back. */
export type FormerAddressMail = Omit<IssuedToken, 'token' | 'purpose'> & { readonly token: string | undefined };

const REQUEST = `
  WITH owner AS MATERIALIZED (SELECT id, access_version FROM users WHERE id = $3)
  INSERT INTO mailed_tokens (id, purpose, email, user_id, access_version)
  SELECT $1::uuid, 'email_change', $2::text, id, access_version FROM owner`;
/** Nothing goes to an address that has an account, and little to strangers: neither one account nor all write often to an address. */
const ISSUE = `
  UPDATE mailed_tokens t SET token_hash = $2, expires_at = now() + $3::int * interval '1 second'
  FROM users u
  WHERE t.id = $1 AND t.used_at IS NULL AND u.id = t.user_id AND u.status = 'active' AND u.access_version = t.access_version
    AND NOT EXISTS (SELECT FROM users o WHERE lower(o.email) = lower(t.email))
    AND (SELECT count(*) FROM mailed_tokens o WHERE (lower(o.email) = lower(t.email) OR o.user_id = t.user_id) AND o.purpose = t.purpose
         AND o.id < t.id AND o.created_at > t.created_at - interval '1 hour') < ${MAX_PER_HOUR}
  RETURNING u.id AS "userId", t.purpose, t.email, u.name`;
const ISSUE_UNDO = `
  WITH former AS MATERIALIZED (
    SELECT email, user_id, replaced_at FROM former_emails WHERE id = $1 AND may_return AND returned_at IS NULL
  )
  INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at)
  SELECT $2::uuid, 'email_change_undo', email, user_id, $3::bytea, replaced_at + $4::int * interval '1 second' FROM former`;
const UNDO_ISSUED = `
  SELECT f.user_id AS "userId", f.email, u.name, EXISTS (SELECT FROM mailed_tokens WHERE id = $2) AS "hasToken"
  FROM former_emails f JOIN users u ON u.id = f.user_id WHERE f.id = $1 AND f.returned_at IS NULL`;
/** A change of password, factors, roles or status ends what was begun before it; a former address works as long as it may take the account back. */
const USE = `
  UPDATE mailed_tokens t SET used_at = now() FROM users u
  WHERE t.token_hash = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > now() AND u.id = t.user_id AND u.status = 'active'
    AND (t.access_version IS NULL OR t.access_version = u.access_version)
    AND (t.purpose = 'email_change' OR EXISTS (SELECT FROM former_emails f
      WHERE f.user_id = t.user_id AND lower(f.email) = lower(t.email) AND f.may_return AND f.returned_at IS NULL))
  RETURNING t.user_id AS "userId", t.email`;

/** The tokens of a change of the address: one by mail to the new address, and one to the old. */
@Injectable()
export class EmailChangeTokens {
  constructor(
    private readonly tx: Transaction,
    private readonly outbox: Outbox,
  ) {}

  /** Asks for a mail to a new address. Does the same work whether or not it has an account. */
  request(userId: UserId, email: string): Promise<void> {
    return this.tx.run(() => {
      const id = newId<'mtk'>();
      this.tx.write(REQUEST, [id, email, userId]);
      this.outbox.record(mailedTokenRequested(id, 'user.email_change_requested'));
      return Promise.resolve();
    });
  }

  /** Makes the token of a request, for its mail. Returns `undefined` if nobody is to get one. */
  issue(id: MailedTokenId): Promise<IssuedToken | undefined> {
    return this.tx.run(async () => {
      const token = newOpaqueToken();
      const values = [id, hashOfToken(token), VALID_SECONDS.email_change];
      const [issued] = await this.tx.query<Omit<IssuedToken, 'token'> & Record<string, unknown>>(ISSUE, values);
      return issued && { ...issued, token };
    });
  }

  /** Makes the token that takes an account back to a former address, for the mail there. */
  issueUndo(id: FormerEmailId): Promise<FormerAddressMail | undefined> {
    return this.tx.run(async () => {
      const token = newOpaqueToken();
      const tokenId = newId<'mtk'>();
      this.tx.write(ISSUE_UNDO, [id, tokenId, hashOfToken(token), VALID_SECONDS.email_change_undo]);
      const [row] = await this.tx.query<UndoRow>(UNDO_ISSUED, [id, tokenId]);
      return row && { userId: row.userId, email: row.email, name: row.name, token: row.hasToken ? token : undefined };
    });
  }

  /** Uses a token up, in the running transaction. Returns whose it is, and the address that it is for. @throws InvalidToken */
  async use(token: string, purpose: 'email_change' | 'email_change_undo'): Promise<{ userId: UserId; email: string }> {
    const [used] = await this.tx.query<{ userId: UserId; email: string }>(USE, [hashOfToken(token), purpose]);
    if (!used) throw new InvalidToken();
    return used;
  }
}

type UndoRow = Omit<FormerAddressMail, 'token'> & { readonly hasToken: boolean } & Record<string, unknown>;
