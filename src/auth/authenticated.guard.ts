import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { ApiKeyRefused } from '../api-keys/index.js';
import { accessOf } from '../platform/access/index.js';
import { ExpiredToken, StaleToken, Unauthenticated } from './auth.errors.js';
import type { AuthenticatedRequest } from './jwt-auth.guard.js';

/**
 * Refuses requests that `JwtAuthGuard` found no caller for. Public routes refuse only an invalid bearer token, unless they ignore
 * tokens.
 */
@Injectable()
export class AuthenticatedGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (request.user) return true;
    const { authorization } = request.headers;
    const access = accessOf(this.reflector, context);
    const open = access?.kind === 'public';
    if (open && (access.ignoresToken || !/^bearer\b/i.test(authorization ?? ''))) return true;
    if (!authorization) throw new Unauthenticated('This needs an access token, and none was sent.');
    // RFC 6750, section 3.1.
    context.switchToHttp().getResponse<FastifyReply>().header('WWW-Authenticate', 'Bearer error="invalid_token"');
    throw new Unauthenticated(whatIsWrong(request.authInfo));
  }
}

function whatIsWrong(info: unknown): string {
  if (info instanceof StaleToken)
    return 'The session has ended, or the account has changed since this access token was issued; refresh it or sign in again.';
  if (info instanceof ApiKeyRefused) return info.message;
  return info instanceof ExpiredToken
    ? 'The access token has expired; sign in again.'
    : 'The Authorization header holds no access token of this server.';
}
