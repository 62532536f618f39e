/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1; the scheme's case does not matter). */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (!authorization || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return authorization.slice(7).trim() || undefined;
}
