import { Injectable } from '@nestjs/common';
import { type AuditEntry, AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { type Page, pageOf, type PageQuery, readCursor } from '../../platform/http/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { NotFound } from '../../shared/errors.js';
import { encodeId, newId, type SessionId, type UserId } from '../../shared/ids.js';
import { decideRefresh } from './domain/refresh-decision.js';
import { hashOfToken, newOpaqueToken, newSalt, successorOf } from './opaque-token.js';
import type { SecondFactorKind, SessionEntity } from './session.entity.js';
import { refreshTokenReused } from './session.events.js';
import { SessionStates } from './session-states.js';
import { InvalidRefreshToken } from './sessions.errors.js';
import { type LiveSession, type NewSession, type Origin, SessionsRepository } from './sessions.repository.js';

/** A session that a client may use now, and the token with which it continues. */
export interface OpenSession extends LiveSession {
  readonly refreshToken: string;
}

/** Sessions from the sign-in to their end. Each is a family of refresh tokens (RFC 9700, section 4.14). */
@Injectable()
export class SessionsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: SessionsRepository,
    private readonly states: SessionStates,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Starts a session. Returns `undefined` if the account has changed since its credentials were checked, or if it has a second factor and
   * none was shown.
   */
  start(
    account: Omit<NewSession, 'id'>,
    origin: Origin,
    secondFactor: SecondFactorKind | null,
  ): Promise<OpenSession | undefined> {
    return this.tx.run(async () => {
      const session = await this.repository.insert({ ...account, id: newId<'ses'>() }, origin, secondFactor);
      return session && this.withToken(session);
    });
  }

  /** Notes that the owner of a session has shown again who they are. Returns nothing if it has ended, or the account has changed. */
  authenticate(id: SessionId, accessVersion: number): Promise<LiveSession | undefined> {
    return this.tx.run(() => this.repository.authenticate(id, accessVersion));
  }

  /** The factor with which a session started. */
  secondFactorOf(id: SessionId): Promise<SecondFactorKind | null> {
    return this.repository.secondFactorOf(id);
  }

  /**
   * Exchanges a refresh token for another one. A token that was replaced longer than a moment ago ends its session, unless it comes with the
   * same idempotency key, which gets the same successor again: one line of tokens. @throws InvalidRefreshToken
   */
  async refresh(refreshToken: string, origin: Origin, key?: string): Promise<OpenSession> {
    const tokenHash = hashOfToken(refreshToken);
    const presented = { tokenHash, keyHash: key === undefined ? null : hashOfToken(key) };
    const { session, opened } = await this.tx.run(async () => {
      const session = await this.repository.lock(tokenHash);
      if (!session) return { session, opened: undefined };
      const known = await this.repository.token(presented);
      const decision = decideRefresh(known);
      if (decision === 'reuse') return this.endReused(session);
      this.repository.touch(session.id, origin);
      const salt = decision === 'repeat' ? known.salt! : newSalt();
      const successor = successorOf(refreshToken, key, salt);
      if (decision === 'rotate') this.repository.addToken(session.id, hashOfToken(successor), { ...presented, salt });
      return { session, opened: { ...session, refreshToken: successor } };
    });
    if (opened) return opened;
    // Only now, because the transaction may run several times.
    if (session) this.states.end([session.id]);
    throw new InvalidRefreshToken();
  }

  /** Ends the session of a refresh token, if it has one. */
  async signOut(refreshToken: string): Promise<void> {
    const ended = await this.tx.run(async () => {
      const session = await this.repository.endByToken(hashOfToken(refreshToken));
      if (session) this.audit.record(sessionEnded('auth.sign_out', session));
      return session;
    });
    if (ended) this.states.end([ended.id]);
  }

  async list(userId: UserId, { limit, cursor }: PageQuery): Promise<Page<SessionEntity>> {
    const before = readCursor(cursor, ['id'])?.[0] as SessionId | undefined;
    return pageOf(await this.repository.list(userId, limit + 1, before), limit, ({ id }) => [id]);
  }

  /** @throws NotFound also for a session of somebody else, and for one that has ended */
  async revoke(userId: UserId, id: SessionId): Promise<void> {
    const ended = await this.revoked(userId, id);
    if (ended.length === 0) throw new NotFound('session');
    this.states.end(ended);
  }

  /** Ends all sessions of a person. */
  async revokeAll(userId: UserId): Promise<void> {
    this.states.end(await this.revoked(userId));
  }

  private revoked(userId: UserId, id?: SessionId): Promise<SessionId[]> {
    return this.tx.run(async () => {
      const ended = await this.repository.end(userId, 'revoked', id);
      for (const one of ended) this.audit.record(sessionEnded('session.revoked', { id: one, userId }));
      return ended;
    });
  }

  private withToken(session: LiveSession): OpenSession {
    const refreshToken = newOpaqueToken();
    this.repository.addToken(session.id, hashOfToken(refreshToken), null);
    return { ...session, refreshToken };
  }

  private async endReused(session: LiveSession): Promise<{ session: LiveSession; opened: undefined }> {
    await this.repository.end(session.userId, 'token_reused', session.id);
    this.outbox.record(refreshTokenReused(session.id, session.userId));
    this.audit.record({ action: 'session.refresh_token_reused', outcome: 'denied', target: targetOf(session.id) });
    return { session, opened: undefined };
  }
}

const targetOf = (id: SessionId) => ({ type: 'session', id: encodeId('ses', id) });

/** Its owner ended a session, with the refresh token or signed in elsewhere. */
function sessionEnded(action: string, { id, userId }: Pick<LiveSession, 'id' | 'userId'>): AuditEntry {
  return { action, actorId: userId, target: targetOf(id) };
}
