import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';
import { decodeId, encodeId, type UserId } from '../../shared/ids.js';
import { AccessTokens } from '../access-tokens.js';
import { ALGORITHM, SigningKeys } from '../signing-keys.js';
import { InvalidMfaToken } from './second-factors.errors.js';

/** No access token has it, and a token of this type is no access token (RFC 8725, section 3.11). */
const TYPE = 'mfa+jwt';
/** How long somebody has to find their phone, in seconds. */
export const MFA_SECONDS = 300;

/** A sign-in whose password was right, and which still needs a second factor. */
export interface HalfSignIn {
  readonly userId: UserId;
  /** The version of the account's rights and password. */
  readonly accessVersion: number;
}

/** Signs and verifies the tokens of half-finished sign-ins, which reach only the challenge. */
@Injectable()
export class MfaTokens {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly keys: SigningKeys,
  ) {}

  issue({ userId, accessVersion }: HalfSignIn): Promise<string> {
    return new SignJWT({ ver: accessVersion })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.keys.keyId })
      .setIssuer(this.tokens.issuer)
      .setAudience(this.audience)
      .setSubject(encodeId('usr', userId))
      .setIssuedAt()
      .setExpirationTime(`${MFA_SECONDS}s`)
      .sign(this.keys.privateKey);
  }

  /** @throws InvalidMfaToken */
  async verify(token: string): Promise<HalfSignIn> {
    const checks = { algorithms: [ALGORITHM], issuer: this.tokens.issuer, audience: this.audience, typ: TYPE };
    const requiredClaims = ['sub', 'exp', 'ver'];
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keyOf(kid), { ...checks, requiredClaims });
      return { userId: decodeId('usr', payload.sub!)!, accessVersion: payload['ver'] as number };
    } catch {
      throw new InvalidMfaToken();
    }
  }

  private get audience(): string {
    return `${this.tokens.audience}:mfa`;
  }

  private keyOf(kid: string | undefined) {
    const key = this.keys.publicKey(kid ?? '');
    if (!key) throw new InvalidMfaToken();
    return key;
  }
}
