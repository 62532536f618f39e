import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';

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

/** The keys of access tokens: the first signs, all verify, so that a key can be replaced without an invalid token. */
@Injectable()
export class SigningKeys {
  readonly privateKey: KeyObject;
  /** The id of the key that signs. */
  readonly keyId: string;
  readonly publicJwks: readonly PublicJwk[];
  private readonly publicKeys: ReadonlyMap<string, KeyObject>;

  constructor({ accessToken }: Config) {
    const publicKeys = accessToken.privateKeys.map((pem) => createPublicKey(pem));
    this.privateKey = createPrivateKey(accessToken.privateKeys[0]!);
    this.publicJwks = publicKeys.map(jwkOf);
    this.keyId = this.publicJwks[0]!.kid;
    this.publicKeys = new Map(publicKeys.map((key, index) => [this.publicJwks[index]!.kid, key]));
  }

  /** Returns the public key with this id, if it is one of Till's. */
  publicKey(keyId: string): KeyObject | undefined {
    return this.publicKeys.get(keyId);
  }
}

/** The key, identified by its thumbprint (RFC 7638, section 3). */
function jwkOf(key: KeyObject): PublicJwk {
  const { kty = '', crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' };
}
