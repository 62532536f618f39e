import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ApiKeyAccess } from '../api-keys/index.js';
import type { Caller } from '../platform/access/index.js';
import { currentRequest } from '../platform/logging/index.js';
import { Clock } from '../shared/clock.js';
import { bearerToken } from './bearer-token.js';
import { AccountVersions } from './account-versions.js';
import { StaleToken } from './auth.errors.js';
import { SessionStates } from './sessions/session-states.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';
import type { AccountAccess } from '../users/index.js';

/** A request after the guards: `user` is set for a valid token, `authInfo` says what is wrong with an invalid one. */
export type AuthenticatedRequest = FastifyRequest & { user?: Caller | undefined; authInfo?: unknown };

/**
 * Identifies the caller and refuses nobody. The rate limits run next and count every request; then `AuthenticatedGuard` refuses.
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(
    private readonly verified: VerifiedTokens,
    private readonly accounts: AccountVersions,
    private readonly sessions: SessionStates,
    private readonly keys: ApiKeyAccess,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Returns at once when the token and the state of its account and session are cached. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined || this.keys.isKey(token)) return true;
    const verified = this.verified.find(token);
    if (!verified) return this.verifyAndIdentify(context, request);
    const caller = this.callerOf(verified);
    if (caller instanceof Promise) return caller.then((read) => identified(context, read));
    return identified(context, caller);
  }

  private async verifyAndIdentify(context: ExecutionContext, request: AuthenticatedRequest): Promise<true> {
    const verified = await this.verify(context, request);
    return verified ? identified(context, await this.callerOf(verified)) : true;
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

  private async verify(context: ExecutionContext, request: { user?: unknown }): Promise<VerifiedToken | undefined> {
    await super.canActivate(context);
    return request.user as VerifiedToken | undefined;
  }

  /** Passport's result. Without a valid token, `request.user` stays empty. */
  override handleRequest<T>(error: unknown, caller: T | false): T {
    if (error) throw error;
    return (caller || undefined) as T;
  }
}

function identified(context: ExecutionContext, caller: Caller | undefined): true {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
  request.user = caller;
  if (!caller) request.authInfo = new StaleToken();
  const served = currentRequest();
  if (served && caller) served.callerId = caller.userId;
  return true;
}
