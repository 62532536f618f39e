import { ACCESS_COOKIE } from '../../platform/http/index.js';

/**
 * The refresh token of a browser. With the prefix, no other host of the site can plant one (RFC 6265bis, section 4.1.3.2); its price is that the
 * cookie comes with every request.
 */
export const REFRESH_COOKIE = '__Host-till_refresh';

/** What a browser sends of a cookie is for this site alone, over TLS, and no script reads it. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** Returns the values of `Set-Cookie` for the tokens of a session; each ends with its token. */
export function cookiesFor(
  tokens: { readonly accessToken: string; readonly expiresIn: number; readonly refreshToken?: string },
  sessionSeconds: number,
): string[] {
  const access = cookie(ACCESS_COOKIE, tokens.accessToken, tokens.expiresIn);
  if (tokens.refreshToken === undefined) return [access];
  return [access, cookie(REFRESH_COOKIE, tokens.refreshToken, sessionSeconds)];
}

/** Returns the values of `Set-Cookie` that make a browser forget a session. */
export function noCookies(): string[] {
  return [ACCESS_COOKIE, REFRESH_COOKIE].map((name) => cookie(name, '', 0));
}

const cookie = (name: string, value: string, seconds: number) => `${name}=${value}; Max-Age=${seconds}; ${ATTRIBUTES}`;
