import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../../shared/errors.js';
import type { Config } from '../config/index.js';

/** The access token of a browser. The prefix: from this host, over TLS, for all paths (RFC 6265bis, section 4.1.3.2). */
export const ACCESS_COOKIE = '__Host-till_access';

/** A page of another site made the browser send a request with the cookies of somebody who is signed in. */
export class CrossSiteRequest extends DomainError {
  readonly code = 'cross_site_request';
  readonly kind = 'forbidden';

  constructor() {
    super('A browser sent this with cookies, for a page of an origin that is not listed in CORS_ORIGINS.');
  }
}

type Fields = Pick<FastifyRequest, 'headers' | 'method'>;
type CookieRequest = FastifyRequest & { usesCookies?: boolean };

/** Whether the request sent a token in a cookie. */
export function usesCookies(request: FastifyRequest): boolean {
  return (request as CookieRequest).usesCookies === true;
}

/** Notes that the request sent a token in a cookie. */
export function noteCookies(request: FastifyRequest): void {
  (request as CookieRequest).usesCookies = true;
}

/** Returns the value of a cookie. A name that comes twice has none: another host of the site may have set one of them. */
export function cookieOf({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

/**
 * Refuses what a page of another site makes a browser send (CSRF). Browsers say from where a request comes in `Sec-Fetch-Site`, and old ones in `Origin`;
 * no page can forge either. Other sites are those that CORS_ORIGINS does not list. @throws CrossSiteRequest
 */
export function assertSameSite({ headers }: Pick<FastifyRequest, 'headers'>, { http }: Config): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  const isListed =
    origin === new URL(http.publicUrl).origin || (origin !== undefined && http.corsOrigins.includes(origin));
  if (!isListed) throw new CrossSiteRequest();
}

/**
 * Takes the access token of a browser from its cookie, where cookie sessions are on and the request has no token of its own. From here on it is a
 * token like any other.
 */
export function acceptCookies(fastify: FastifyInstance, config: Config): void {
  if (!config.http.cookieSessions) return;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const token = request.headers.authorization === undefined ? cookieOf(request, ACCESS_COOKIE) : undefined;
    if (token === undefined || !isJwt(token)) return done();
    try {
      if (!isSafe(request)) assertSameSite(request, config);
    } catch (error) {
      return done(error as Error);
    }
    noteCookies(request);
    request.headers.authorization = `Bearer ${token}`;
    done();
  });
}

/** Safe methods change nothing (RFC 9110, section 9.2.1), and no other origin reads their answers. */
function isSafe({ method }: Fields): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Keys for machines are none. */
function isJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}
