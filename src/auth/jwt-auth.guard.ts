import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../platform/access/index.js';
import { currentRequest } from '../platform/logging/index.js';
import { bearerToken } from './bearer-token.js';
import { VerifiedTokens } from './verified-tokens.js';

/** A request as the guards leave it: `user` where a valid token came, `authInfo` says what was wrong with one. */
export type AuthenticatedRequest = FastifyRequest & { user?: Caller | undefined; authInfo?: unknown };

/**
 * Finds out who calls, and refuses nobody: the rate limits come next, which count everybody, and then `SignedInGuard`.
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly verified: VerifiedTokens) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return true;
    request.user = this.verified.find(token);
    if (!request.user) await super.canActivate(context);
    const served = currentRequest();
    if (served && request.user) served.callerId = request.user.userId;
    return true;
  }

  /** Passport's verdict; without it, `request.user` stays empty. */
  override handleRequest<T>(error: unknown, caller: T | false): T {
    if (error) throw error;
    return (caller || undefined) as T;
  }
}
