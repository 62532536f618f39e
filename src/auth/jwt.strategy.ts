import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { permissionsOf, type Role } from '../platform/access/index.js';
import { decodeId } from '../shared/ids.js';
import { AccessTokens, ALGORITHM, AUDIENCE } from './access-tokens.js';
import { bearerToken } from './bearer-token.js';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens.js';

interface Claims {
  readonly sub: string;
  readonly roles: readonly Role[];
  /** The version of the account's rights. Older tokens without one have version 1. */
  readonly ver?: number;
  readonly exp: number;
}

/** Verifies an access token: signature (ES256 only), issuer, audience, expiry. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    tokens: AccessTokens,
    private readonly verified: VerifiedTokens,
  ) {
    super({
      jwtFromRequest: tokenOf,
      // passport-jwt passes the key to jsonwebtoken, which accepts a KeyObject although the type allows only text.
      secretOrKey: tokens.publicKey as unknown as string,
      algorithms: [ALGORITHM],
      issuer: tokens.issuer,
      audience: AUDIENCE,
      passReqToCallback: true,
    });
  }

  /** Called after verification. Returns the token's content, or false when its subject is not a user id. */
  validate(request: FastifyRequest, { sub, roles, ver = 1, exp }: Claims): VerifiedToken | false {
    const userId = decodeId('usr', sub);
    if (!userId) return false;
    const verified = { caller: { userId, permissions: permissionsOf(roles) }, accessVersion: ver };
    this.verified.remember(tokenOf(request)!, verified, exp);
    return verified;
  }
}

function tokenOf(request: { headers: { authorization?: string | undefined } }): string | null {
  return bearerToken(request.headers.authorization) ?? null;
}
