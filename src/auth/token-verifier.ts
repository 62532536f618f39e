import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { permissionsOf, type Role } from '../platform/access/index.js';
import { decodeId } from '../shared/ids.js';
import { AccessTokens } from './access-tokens.js';
import { ExpiredToken, InvalidToken } from './auth.errors.js';
import { ALGORITHM, SigningKeys } from './signing-keys.js';
import { keyIdOf } from './token-header.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

interface Claims extends JWTPayload {
  readonly roles: readonly Role[];
  /** The version of the account's rights. */
  readonly ver: number;
  /** The session. */
  readonly sid?: string;
  /** When its owner last showed who they are, in seconds since 1970. */
  readonly auth_time?: number;
}

/** What is wrong with a token. */
export type RefusedToken = ExpiredToken | InvalidToken;

/**
 * Verifies access tokens: header, key, signature (ES256 only), issuer, audience, expiry. Keys and audience are those of its own application,
 * so that several applications in one process do not take each other's tokens.
 */
@Injectable()
export class TokenVerifier {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly keys: SigningKeys,
    private readonly verified: VerifiedTokens,
  ) {}

  /** Returns the content of the token, at once if it was verified before, or what is wrong with it. */
  verify(token: string): VerifiedToken | Promise<VerifiedToken | RefusedToken> {
    return this.verified.find(token) ?? this.check(token);
  }

  private async check(token: string): Promise<VerifiedToken | RefusedToken> {
    const key = this.keys.publicKey(keyIdOf(token) ?? '');
    if (!key) return new InvalidToken();
    const { issuer, audience } = this.tokens;
    const checks = { algorithms: [ALGORITHM], issuer, audience, requiredClaims: ['exp'] };
    try {
      const { payload } = await jwtVerify<Claims>(token, key, checks);
      return this.contentOf(token, payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return new ExpiredToken();
      if (error instanceof errors.JOSEError) return new InvalidToken();
      throw error;
    }
  }

  private contentOf(token: string, claims: Claims): VerifiedToken | InvalidToken {
    const { sub = '', roles, ver, sid = '', auth_time: authenticatedAt = 0, exp } = claims;
    const userId = decodeId('usr', sub);
    const sessionId = decodeId('ses', sid);
    if (!userId || !sessionId) return new InvalidToken();
    const caller = { userId, permissions: permissionsOf(roles), sessionId };
    const verified = { caller, sessionId, accessVersion: ver, authenticatedAt };
    this.verified.remember(token, verified, exp!);
    return verified;
  }
}
