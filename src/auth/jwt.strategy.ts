import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { type Caller, permissionsOf, type Role } from '../platform/access/index.js';
import { decodeId } from '../shared/ids.js';
import { AccessTokens, ALGORITHM, AUDIENCE } from './access-tokens.js';
import { bearerToken } from './bearer-token.js';
import { VerifiedTokens } from './verified-tokens.js';

interface Claims {
  readonly sub: string;
  readonly roles: readonly Role[];
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
      // passport-jwt hands the key to jsonwebtoken, which takes a KeyObject; its type only knows text.
      secretOrKey: tokens.publicKey as unknown as string,
      algorithms: [ALGORITHM],
      issuer: tokens.issuer,
      audience: AUDIENCE,
      passReqToCallback: true,
    });
  }

  /** Called once the token is verified; answers who calls, or false for a subject that is no user. */
  validate(request: FastifyRequest, { sub, roles, exp }: Claims): Caller | false {
    const userId = decodeId('usr', sub);
    if (!userId) return false;
    const caller = { userId, permissions: permissionsOf(roles) };
    this.verified.remember(tokenOf(request)!, caller, exp);
    return caller;
  }
}

function tokenOf(request: { headers: { authorization?: string | undefined } }): string | null {
  return bearerToken(request.headers.authorization) ?? null;
}
