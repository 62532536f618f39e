import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Config } from '../../platform/config/index.js';
import { assertSameSite, cookieOf, noteCookies, usesCookies } from '../../platform/http/index.js';
import { ValidationFailed } from '../../shared/errors.js';
import { CookieSessionsOff } from '../auth.errors.js';
import { authSettings } from '../auth.settings.js';
import { cookiesFor, noCookies, REFRESH_COOKIE } from './session-cookies.js';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresIn: number;
}

/** Puts the tokens of an answer into cookies where the browser asks for that (`"cookie": true`), or sent its own so. */
@Injectable()
export class TokenCookies implements NestInterceptor {
  private readonly sessionSeconds: number;

  constructor(private readonly config: Config) {
    this.sessionSeconds = config.of(authSettings).session.idleSeconds;
  }

  /** @throws CookieSessionsOff, CrossSiteRequest */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if ((request.body as { cookie?: unknown } | undefined)?.cookie === true) this.admit(request);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((answer: unknown) => (usesCookies(request) ? this.move(answer, reply) : answer)));
  }

  /** Returns the refresh token of a request: in its body, or in a cookie. @throws ValidationFailed, CrossSiteRequest */
  refreshToken(request: FastifyRequest, inBody: string | undefined): string {
    if (inBody !== undefined) return inBody;
    const token = this.config.http.cookieSessions ? cookieOf(request, REFRESH_COOKIE) : undefined;
    if (token === undefined) throw tokenMissing();
    assertSameSite(request, this.config);
    noteCookies(request);
    return token;
  }

  /** Makes a browser that sent cookies forget its session. */
  clear(request: FastifyRequest, reply: FastifyReply): void {
    if (usesCookies(request)) void reply.header('Set-Cookie', noCookies());
  }

  /** Nor may another site sign somebody in as somebody else. */
  private admit(request: FastifyRequest): void {
    if (!this.config.http.cookieSessions) throw new CookieSessionsOff();
    assertSameSite(request, this.config);
    noteCookies(request);
  }

  private move(answer: unknown, reply: FastifyReply): unknown {
    const { accessToken, refreshToken, ...rest } = answer as Partial<Tokens>;
    if (accessToken === undefined) return answer;
    const tokens = { accessToken, expiresIn: rest.expiresIn!, ...(refreshToken !== undefined && { refreshToken }) };
    void reply.header('Set-Cookie', cookiesFor(tokens, this.sessionSeconds));
    return { ...rest, tokenType: 'Cookie' };
  }
}

function tokenMissing(): ValidationFailed {
  return new ValidationFailed([
    { pointer: '/refreshToken', code: 'isDefined', message: 'must be sent, here or in a cookie' },
  ]);
}
