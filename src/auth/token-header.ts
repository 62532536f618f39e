import { decodeProtectedHeader } from 'jose';
import { TYPE } from './access-tokens.js';
import { ALGORITHM } from './signing-keys.js';

/**
 * Returns the id of the key that a token names. Returns `undefined` if the header is not that of an access token, or if it has any other
 * member: no token may bring or point to its own key (`jwk`, `jku`, `x5c`, `x5u`; RFC 8725, sections 3.1, 3.10 and 3.11).
 */
export function keyIdOf(token: string): string | undefined {
  const { alg, typ, kid, ...others } = headerOf(token);
  if (alg !== ALGORITHM || typ !== TYPE || Object.keys(others).length > 0) return undefined;
  return typeof kid === 'string' ? kid : undefined;
}

function headerOf(token: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return {};
  }
}
