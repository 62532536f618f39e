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

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined || this.keys.isKey(token)) return true;
    const verified = this.verified.find(token) ?? (await this.verify(context, request));
    request.user = verified && (await this.callerOf(verified));
    if (verified && !request.user) request.authInfo = new StaleToken();
    const served = currentRequest();
    if (served && request.user) served.callerId = request.user.userId;
    return true;
  }

  /** The permissions come from the account, since those of a role may have changed after the token was issued. */
  private async callerOf(token: VerifiedToken): Promise<Caller | undefined> {
    const { caller, sessionId, accessVersion, authenticatedAt } = token;
    if (!(await this.sessions.isLive(sessionId))) return undefined;
    const account = await this.accounts.find(caller.userId, accessVersion);
    if (!account) return undefined;
    const { permissions, hasSecondFactor } = account;
    const signInAgeSeconds = this.clock.now().getTime() / 1000 - authenticatedAt;
    return { ...caller, permissions, hasSecondFactor, signInAgeSeconds };
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
