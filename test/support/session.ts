import type { AccessTokens } from '../../src/auth/access-tokens.js';
import type { Role } from '../../src/platform/access/index.js';
import { newId, type UserId } from '../../src/shared/ids.js';

interface SignedIn {
  readonly userId: UserId;
  readonly roles: readonly Role[];
  /** 1 for an account that has not changed. */
  readonly accessVersion?: number;
  /** Seconds since 1970; now if absent. */
  readonly authenticatedAt?: number;
}

/** An access token of a new session, as after a sign-in. `query` runs SQL on the server's database. */
export async function signedInWith(
  query: (sql: string, parameters: unknown[]) => Promise<unknown>,
  tokens: AccessTokens,
  { userId, roles, accessVersion = 1, authenticatedAt = Math.floor(Date.now() / 1000) }: SignedIn,
): Promise<string> {
  const id = newId<'ses'>();
  await query(
    `INSERT INTO sessions (id, user_id, device, address, expires_at) VALUES ($1, $2, '', '', now() + interval '90 days')`,
    [id, userId],
  );
  return tokens.issue({ id, userId, roles, accessVersion, authenticatedAt });
}
