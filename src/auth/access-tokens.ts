import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import type { Role } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import { encodeId, type UserId } from '../shared/ids.js';

/** The audience of Till's access tokens (RFC 7519, section 4.1.3). */
export const AUDIENCE = 'till';
/** The only algorithm Till signs with and accepts: a token can't choose another (RFC 8725, section 3.1). */
export const ALGORITHM = 'ES256';

/** A public key with which others can verify Till's tokens (RFC 7517). */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: typeof ALGORITHM;
  readonly use: 'sig';
}

/** Signs access tokens (RFC 7519) and holds the key that verifies them. */
@Injectable()
export class AccessTokens {
  readonly issuer: string;
  /** How long a token is valid, in seconds. */
  readonly ttlSeconds: number;
  readonly publicKey: KeyObject;
  readonly publicJwk: PublicJwk;
  private readonly privateKey: KeyObject;

  constructor({ http, accessToken }: Config) {
    this.issuer = http.publicUrl;
    this.ttlSeconds = accessToken.ttlSeconds;
    this.privateKey = createPrivateKey(accessToken.privateKey);
    this.publicKey = createPublicKey(this.privateKey);
    this.publicJwk = jwkOf(this.publicKey);
  }

  /** `accessVersion` is the account's version, so a token becomes invalid when the account's rights change. */
  issue(userId: UserId, roles: readonly Role[], accessVersion: number): string {
    return jwt.sign({ roles, ver: accessVersion }, this.privateKey, {
      algorithm: ALGORITHM,
      keyid: this.publicJwk.kid,
      issuer: this.issuer,
      audience: AUDIENCE,
      subject: encodeId('usr', userId),
      expiresIn: this.ttlSeconds,
      jwtid: randomUUID(),
    });
  }
}

/** The key, identified by its thumbprint (RFC 7638, section 3). */
function jwkOf(key: KeyObject): PublicJwk {
  const { kty = '', crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' };
}
