import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { permissionsOf, type Role } from '../platform/access/index.js';
import { decodeId } from '../shared/ids.js';
import { AccessTokens } from './access-tokens.js';
import { bearerToken } from './bearer-token.js';
import { ALGORITHM, SigningKeys } from './signing-keys.js';
import { keyIdOf } from './token-header.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

interface Claims {
  readonly sub: string;
  readonly roles: readonly Role[];
  /** The version of the account's rights. */
  readonly ver: number;
  /** The session. */
  readonly sid?: string;
  /** When its owner last showed who they are, in seconds since 1970. */
  readonly auth_time?: number;
  /** jsonwebtoken takes a token without an expiry; Till does not. */
  readonly exp?: number;
}

/** Verifies an access token: header, key, signature (ES256 only), issuer, audience, expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    tokens: AccessTokens,
    keys: SigningKeys,
    private readonly verified: VerifiedTokens,
  ) {
    super({
      jwtFromRequest: tokenOf,
      // passport-jwt passes the key to jsonwebtoken, which accepts a KeyObject although the type allows only text.
      secretOrKeyProvider: (_: unknown, token: string, done: (error: unknown, key?: string) => void) => {
        const key = keys.publicKey(keyIdOf(token) ?? '') as unknown as string | undefined;
        if (key) done(null, key);
        else done(new UnknownKey());
      },
      algorithms: [ALGORITHM],
      issuer: tokens.issuer,
      audience: tokens.audience,
      passReqToCallback: true,
    });
  }

  /** Called after verification. Returns the token's content, or false if it has no expiry, user or session. */
  validate(
    request: FastifyRequest,
    { sub, roles, ver, sid = '', auth_time: authenticatedAt = 0, exp }: Claims,
  ): VerifiedToken | false {
    const userId = decodeId('usr', sub);
    const sessionId = decodeId('ses', sid);
    if (!userId || !sessionId || typeof exp !== 'number') return false;
    const caller = { userId, permissions: permissionsOf(roles), sessionId };
    const verified = { caller, sessionId, accessVersion: ver, authenticatedAt };
    this.verified.remember(tokenOf(request)!, verified, exp);
    return verified;
  }
}

/** The token's header is not that of an access token, or names a key that is not Till's. */
class UnknownKey extends Error {}

function tokenOf(request: { headers: { authorization?: string | undefined } }): string | null {
  return bearerToken(request.headers.authorization) ?? null;
}
