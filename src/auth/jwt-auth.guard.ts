import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyAccess } from '../api-keys/index.js';
import type { Caller } from '../platform/access/index.js';
import { currentRequest } from '../platform/logging/index.js';
import { Clock } from '../shared/clock.js';
import { bearerToken } from './bearer-token.js';
import { AccountVersions } from './account-versions.js';
import { StaleToken } from './auth.errors.js';
import { SessionStates } from './sessions/session-states.js';
import { type RefusedToken, TokenVerifier } from './token-verifier.js';
import type { VerifiedToken } from './verified-tokens.js';
import type { AccountAccess } from '../users/index.js';

/** A request after the guards: `user` is set for a valid token, `authInfo` says what is wrong with an invalid one. */
export type AuthenticatedRequest = FastifyRequest & { user?: Caller | undefined; authInfo?: unknown };

/**
 * Identifies the caller and refuses nobody. The rate limits run next and count every request; then `AuthenticatedGuard` refuses.
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly accounts: AccountVersions,
    private readonly sessions: SessionStates,
    private readonly keys: ApiKeyAccess,
    private readonly clock: Clock,
  ) {}

  /** Returns at once when the token and the state of its account and session are cached. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const token = bearerToken(requestOf(context).headers.authorization);
    if (token === undefined || this.keys.isKey(token)) return true;
    const verified = this.verifier.verify(token);
    if (verified instanceof Promise) return verified.then((checked) => this.identify(context, checked));
    return this.identify(context, verified);
  }

  private identify(context: ExecutionContext, verified: VerifiedToken | RefusedToken): true | Promise<true> {
    if (verified instanceof Error) return refused(context, verified);
    const caller = this.callerOf(verified);
    if (caller instanceof Promise) return caller.then((read) => identified(context, read));
    return identified(context, caller);
  }

  /** The permissions come from the account, since those of a role may have changed after the token was issued. */
  private callerOf(token: VerifiedToken): Caller | undefined | Promise<Caller | undefined> {
    const isLive = this.sessions.isLive(token.sessionId);
    const account = this.accounts.find(token.caller.userId, token.accessVersion);
    if (typeof isLive === 'boolean' && !(account instanceof Promise)) return this.present(token, isLive, account);
    return Promise.all([isLive, account]).then((read) => this.present(token, ...read));
  }

  private present(token: VerifiedToken, isLive: boolean, account: AccountAccess | undefined): Caller | undefined {
    if (!isLive || !account) return undefined;
    const { permissions, hasSecondFactor } = account;
    const signInAgeSeconds = this.clock.now().getTime() / 1000 - token.authenticatedAt;
    return { ...token.caller, permissions, hasSecondFactor, signInAgeSeconds };
  }
}

function identified(context: ExecutionContext, caller: Caller | undefined): true {
  if (!caller) return refused(context, new StaleToken());
  requestOf(context).user = caller;
  const served = currentRequest();
  if (served) served.callerId = caller.userId;
  return true;
}

function refused(context: ExecutionContext, error: RefusedToken | StaleToken): true {
  Object.assign(requestOf(context), { user: undefined, authInfo: error });
  return true;
}

function requestOf(context: ExecutionContext): AuthenticatedRequest {
  return context.switchToHttp().getRequest<AuthenticatedRequest>();
}
