import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { type MailedTokenId, newId, type UserId } from '../../shared/ids.js';
import { hashOfToken, newOpaqueToken } from '../sessions/opaque-token.js';
import type { MailedTokenPurpose } from './mailed-token.entity.js';
import { mailedTokenRequested } from './mailed-token.events.js';
import { InvalidToken } from './mailed-tokens.errors.js';

/** How long a token is valid after its mail was sent, in seconds. */
export const VALID_SECONDS: Readonly<Record<MailedTokenPurpose, number>> = {
  password_reset: 30 * 60,
  invitation: 7 * 86_400,
  email_verification: 86_400,
  repeated_registration: 30 * 60,
  email_change: 86_400,
  // As long as the database reserves the old address.
  email_change_undo: 7 * 86_400,
  // After what it undoes.
  access_undo: 7 * 86_400,
};
/** Mails of one purpose to one address in an hour. */
export const MAX_PER_HOUR = 5;

/** What people ask for themselves. */
export type RequestedPurpose = 'password_reset' | 'email_verification';

/** The purposes of tokens that lead somewhere; what undoes an addition has a mail of its own. */
export type IssuedPurpose = Exclude<MailedTokenPurpose, 'access_undo'>;

/** A token for a mail, and whom it is for. */
export interface IssuedToken {
  readonly userId: UserId;
  readonly purpose: IssuedPurpose;
  readonly email: string;
  readonly name: string;
  readonly token: string;
}

const REQUEST = 'INSERT INTO mailed_tokens (id, purpose, email) VALUES ($1, $2, $3)';
/** The newest requests of an address are served; further ones of an hour send nothing. */
const ISSUE = `
  UPDATE mailed_tokens t SET user_id = u.id, token_hash = $2, 
    expires_at = to_timestamp(extract(epoch FROM now())::float8 + ($3::jsonb ->> t.purpose)::int)
  FROM users u
  WHERE t.id = $1 AND t.used_at IS NULL AND lower(u.email) = lower(t.email) AND u.status = 'active'
    AND (SELECT count(*) FROM mailed_tokens o WHERE lower(o.email) = lower(t.email) AND o.purpose = t.purpose
         AND o.id < t.id AND o.created_at > t.created_at - interval '1 hour') < ${MAX_PER_HOUR}
  RETURNING u.id AS "userId", t.purpose, u.email, u.name`;
const LOCK_OWNER = 'SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE';
/** Strangers cause mails about registrations, so an account gets few of them. */
const ISSUE_FOR = `
  WITH owner AS MATERIALIZED (
    SELECT u.id, u.email FROM users u WHERE u.id = $3 AND u.status = 'active'
      AND ($2::text <> 'repeated_registration' OR (SELECT count(*) FROM mailed_tokens o WHERE o.user_id = u.id AND o.purpose = $2::text
           AND o.created_at > now() - interval '1 hour') < ${MAX_PER_HOUR})
  )
  INSERT INTO mailed_tokens (id, purpose, email, user_id, token_hash, expires_at)
  SELECT $1::uuid, $2::text, email, id, $4::bytea, now() + $5::int * interval '1 second' FROM owner`;
const ISSUED = `
  SELECT t.user_id AS "userId", t.purpose, u.email, u.name FROM mailed_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = $1`;
const OWNER = `
  SELECT u.id AS "userId", u.email FROM mailed_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.token_hash = $1 AND t.purpose = ANY ($2::text[]) AND t.used_at IS NULL AND t.expires_at > now()
    AND lower(u.email) = lower(t.email) AND u.status = 'active'`;
/** All tokens of the purposes that the person holds are used up with the one that is presented. */
const USE = `
  WITH used AS (
    UPDATE mailed_tokens SET used_at = now()
    WHERE token_hash = $1 AND purpose = ANY ($2::text[]) AND used_at IS NULL AND expires_at > now() RETURNING id, user_id
  ), others AS (
    UPDATE mailed_tokens t SET used_at = now() FROM used
    WHERE t.user_id = used.user_id AND t.id <> used.id AND t.purpose = ANY ($2::text[]) AND t.used_at IS NULL RETURNING 1
  )
  SELECT user_id AS "userId" FROM used`;

/** Tokens by mail: asked for in a request, made by the worker that sends the mail, and used once. */
@Injectable()
export class MailedTokensService {
  constructor(
    private readonly tx: Transaction,
    private readonly outbox: Outbox,
  ) {}

  /** Asks for a mail. Does the same work whether or not the address has an account. */
  request(purpose: RequestedPurpose, email: string): Promise<void> {
    return this.tx.run(() => {
      const id = newId<'mtk'>();
      this.tx.write(REQUEST, [id, purpose, email]);
      this.outbox.record(mailedTokenRequested(id, `user.${purpose}_requested`));
      return Promise.resolve();
    });
  }

  /**
   * Makes the token of a request, for its mail. A mail that is sent again has a token of its own, which replaces the one before. Returns
   * `undefined` if the address has no account, or if it got enough mails.
   */
  issue(id: MailedTokenId): Promise<IssuedToken | undefined> {
    return this.tx.run(async () => {
      const token = newOpaqueToken();
      const values = [id, hashOfToken(token), JSON.stringify(VALID_SECONDS)];
      const [issued] = await this.tx.query<Omit<IssuedToken, 'token'> & Record<string, unknown>>(ISSUE, values);
      return issued && { ...issued, token };
    });
  }

  /** Makes a token for somebody who did not ask for it. Returns `undefined` if the account is disabled or gone, or got enough mails. */
  issueFor(purpose: IssuedPurpose, userId: UserId): Promise<IssuedToken | undefined> {
    return this.tx.run(async () => {
      // One mail of an account at a time, so that each counts the ones before it.
      if (purpose === 'repeated_registration') await this.tx.query(LOCK_OWNER, [userId]);
      const token = newOpaqueToken();
      const id = newId<'mtk'>();
      this.tx.write(ISSUE_FOR, [id, purpose, userId, hashOfToken(token), VALID_SECONDS[purpose]]);
      const [issued] = await this.tx.query<Omit<IssuedToken, 'token'> & Record<string, unknown>>(ISSUED, [id]);
      return issued && { ...issued, token };
    });
  }

  /** Returns whose valid token this is. @throws InvalidToken */
  async ownerOf(token: string, purposes: readonly MailedTokenPurpose[]): Promise<{ userId: UserId; email: string }> {
    const [owner] = await this.tx.query<{ userId: UserId; email: string }>(OWNER, [hashOfToken(token), purposes]);
    if (!owner) throw new InvalidToken();
    return owner;
  }

  /** Uses a token up, in the running transaction. @throws InvalidToken */
  async use(token: string, purposes: readonly MailedTokenPurpose[]): Promise<UserId> {
    const [used] = await this.tx.query<{ userId: UserId }>(USE, [hashOfToken(token), purposes]);
    if (!used) throw new InvalidToken();
    return used.userId;
  }
}
