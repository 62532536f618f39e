import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThan } from 'typeorm';
import { Config } from '../../platform/config/index.js';
import { Transaction } from '../../platform/database/index.js';
import type { SessionId, UserId } from '../../shared/ids.js';
import { authSettings } from '../auth.settings.js';
import type { PresentedToken } from './domain/refresh-decision.js';
import { type EndReason, type SecondFactorKind, SessionEntity } from './session.entity.js';

/** From where a session is used. */
export interface Origin {
  readonly address: string;
  readonly device: string;
}

/** A locked session and its owner as they are now. */
export interface LiveSession {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly roles: readonly string[];
  readonly accessVersion: number;
  /** When its owner last showed who they are, in seconds since 1970. */
  readonly authenticatedAt: number;
}

/** The hashes of a refresh token and of the idempotency key with which a client presents it. */
export interface Presented {
  readonly tokenHash: Buffer;
  readonly keyHash: Buffer | null;
}

/** A refresh token that is exchanged, and the salt of its successor. */
export type Exchanged = Presented & { readonly salt: Buffer };

/** What the database knows of a refresh token. */
export type KnownToken = PresentedToken & { readonly salt: Buffer | null };

/** A session that is about to start. */
export type NewSession = Omit<LiveSession, 'authenticatedAt'>;

const AUTHENTICATED_AT = `extract(epoch FROM authenticated_at)::int AS "authenticatedAt"`;

/** The lock makes a sign-in wait for a change of the password or the status, and then fail. */
const INSERT = `
  WITH u AS MATERIALIZED (
    SELECT id FROM users WHERE id = $2 AND access_version = $3 AND status = 'active' AND (NOT has_second_factor OR $8::text IS NOT NULL) FOR SHARE
  )
  INSERT INTO sessions (id, user_id, address, device, expires_at, second_factor)
  SELECT $1::uuid, u.id, $4::text, $5::text, now() + least($6::int, $7::int) * interval '1 second', $8::text FROM u
  RETURNING ${AUTHENTICATED_AT}`;
const LOCK = `
  SELECT s.id, s.user_id AS "userId", u.roles, u.access_version AS "accessVersion", ${AUTHENTICATED_AT}
  FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
  WHERE t.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND u.status = 'active'
  FOR UPDATE OF s`;
const TOKEN = `
  SELECT extract(epoch FROM now() - t.used_at)::float8 AS "usedSecondsAgo", count(c.token_hash)::int AS children,
    coalesce(bool_or(c.used_at IS NOT NULL), false) AS "isOlder", coalesce(t.used_key_hash = $2, false) AS "isRepeat",
    t.successor_salt IS NOT NULL AS "isRepeatable", t.successor_salt AS salt
  FROM refresh_tokens t LEFT JOIN refresh_tokens c ON c.parent_hash = t.token_hash
  WHERE t.token_hash = $1 GROUP BY t.token_hash`;
const USE = `
  UPDATE refresh_tokens SET used_at = now(), used_key_hash = $2, successor_salt = $3 WHERE token_hash = $1 AND used_at IS NULL`;
const ADD = `INSERT INTO refresh_tokens (token_hash, session_id, parent_hash) VALUES ($1, $2, $3)`;
const TOUCH = `
  UPDATE sessions SET last_used_at = now(), address = $2, device = $3,
    expires_at = least(now() + $4::int * interval '1 second', created_at + $5::int * interval '1 second')
  WHERE id = $1`;
const AUTHENTICATE = `
  UPDATE sessions s SET authenticated_at = now() FROM users u
  WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND u.id = s.user_id AND u.access_version = $2 AND u.status = 'active'
  RETURNING s.id, s.user_id AS "userId", u.roles, u.access_version AS "accessVersion", ${AUTHENTICATED_AT}`;
const END_BY_TOKEN = `
  UPDATE sessions SET ended_at = now(), end_reason = 'signed_out'
  WHERE ended_at IS NULL AND id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1) RETURNING id, user_id AS "userId"`;
/** A trigger ends the sessions of a disabled account. */
const LIVE_AMONG = `SELECT id FROM sessions WHERE id = ANY ($1::uuid[]) AND ended_at IS NULL AND expires_at > now()`;

@Injectable()
export class SessionsRepository {
  private readonly limits: { readonly idleSeconds: number; readonly maxSeconds: number };

  constructor(
    private readonly tx: Transaction,
    config: Config,
  ) {
    this.limits = config.of(authSettings).session;
  }

  /** Returns nothing if the account's rights, password or factors have changed since `accessVersion`, or if it needs a factor. */
  async insert(
    session: NewSession,
    { address, device }: Origin,
    secondFactor: SecondFactorKind | null,
  ): Promise<LiveSession | undefined> {
    const { id, userId, accessVersion } = session;
    const { idleSeconds, maxSeconds } = this.limits;
    const values = [id, userId, accessVersion, address, device, idleSeconds, maxSeconds, secondFactor];
    const [started] = await this.tx.query<{ authenticatedAt: number }>(INSERT, values);
    return started && { ...session, ...started };
  }

  /** Locks the live session that a refresh token belongs to. */
  async lock(tokenHash: Buffer): Promise<LiveSession | undefined> {
    const [session] = await this.tx.query<LiveSession & Record<string, unknown>>(LOCK, [tokenHash]);
    return session;
  }

  async token({ tokenHash, keyHash }: Presented): Promise<KnownToken> {
    const [token] = await this.tx.query<KnownToken & Record<string, unknown>>(TOKEN, [tokenHash, keyHash]);
    return token!;
  }

  addToken(id: SessionId, tokenHash: Buffer, parent: Exchanged | null): void {
    if (parent) this.tx.write(USE, [parent.tokenHash, parent.keyHash, parent.salt]);
    this.tx.write(ADD, [tokenHash, id, parent?.tokenHash ?? null]);
  }

  touch(id: SessionId, { address, device }: Origin): void {
    this.tx.write(TOUCH, [id, address, device, this.limits.idleSeconds, this.limits.maxSeconds]);
  }

  /** Ends the live session that a refresh token belongs to. Returns it, if there is one. */
  async endByToken(tokenHash: Buffer): Promise<Pick<LiveSession, 'id' | 'userId'> | undefined> {
    const [ended] = await this.tx.query<{ id: SessionId; userId: UserId }>(END_BY_TOKEN, [tokenHash]);
    return ended;
  }

  /** Ends a live session of a person, or all of them. Returns the ids of those that it ended. */
  async end(userId: UserId, reason: EndReason, id?: SessionId): Promise<SessionId[]> {
    const sql = `
      UPDATE sessions SET ended_at = now(), end_reason = $2
      WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() AND ($3::uuid IS NULL OR id = $3) RETURNING id`;
    return (await this.tx.query<{ id: SessionId }>(sql, [userId, reason, id ?? null])).map((row) => row.id);
  }

  /** The live sessions of a person, newest first. */
  list(userId: UserId, take: number, before?: SessionId): Promise<SessionEntity[]> {
    return this.tx.repository(SessionEntity).find({
      where: { userId, endedAt: IsNull(), expiresAt: MoreThan(new Date()), ...(before && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take,
    });
  }

  /** Notes that the owner of a live session has shown again who they are, unless the account has changed since `accessVersion`. */
  async authenticate(id: SessionId, accessVersion: number): Promise<LiveSession | undefined> {
    const [session] = await this.tx.query<LiveSession & Record<string, unknown>>(AUTHENTICATE, [id, accessVersion]);
    return session;
  }

  /** With which factor the session started; null for none, and for a session that is not there. */
  async secondFactorOf(id: SessionId): Promise<SecondFactorKind | null> {
    const found = await this.tx.repository(SessionEntity).findOneBy({ id });
    return found?.secondFactor ?? null;
  }

  isLive(id: SessionId): Promise<boolean> {
    return this.tx.repository(SessionEntity).existsBy({ id, endedAt: IsNull(), expiresAt: MoreThan(new Date()) });
  }

  async liveAmong(ids: readonly SessionId[]): Promise<SessionId[]> {
    return (await this.tx.query<{ id: SessionId }>(LIVE_AMONG, [ids])).map(({ id }) => id);
  }
}
