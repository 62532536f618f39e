import { ACCESS_COOKIE } from '../../platform/http/index.js';

/** The refresh token of a browser, which goes nowhere but to the routes that take one. */
export const REFRESH_COOKIE = '__Secure-till_refresh';
const REFRESH_PATH = '/v1/auth';

/** What a browser sends of a cookie is for this site alone, over TLS, and no script reads it. */
const ATTRIBUTES = 'Secure; HttpOnly; SameSite=Strict';

/** Returns the values of `Set-Cookie` for the tokens of a session; each ends with its token. */
export function cookiesFor(
  tokens: { readonly accessToken: string; readonly expiresIn: number; readonly refreshToken?: string },
  sessionSeconds: number,
): string[] {
  const access = `${ACCESS_COOKIE}=${tokens.accessToken}; Path=/; Max-Age=${tokens.expiresIn}; ${ATTRIBUTES}`;
  if (tokens.refreshToken === undefined) return [access];
  const refresh = `${REFRESH_COOKIE}=${tokens.refreshToken}; Path=${REFRESH_PATH}; Max-Age=${sessionSeconds}; ${ATTRIBUTES}`;
  return [access, refresh];
}

/** Returns the values of `Set-Cookie` that make a browser forget a session. */
export function noCookies(): string[] {
  return [
    `${ACCESS_COOKIE}=; Path=/; Max-Age=0; ${ATTRIBUTES}`,
    `${REFRESH_COOKIE}=; Path=${REFRESH_PATH}; Max-Age=0; ${ATTRIBUTES}`,
  ];
}
