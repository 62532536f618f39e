import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { Config } from '../platform/config/index.js';
import { encodeId } from '../shared/ids.js';
import type { AccessTokenView, LoginView } from './login.view.js';
import type { LiveSession } from './sessions/sessions.repository.js';
import type { OpenSession } from './sessions/sessions.service.js';
import { ALGORITHM, SigningKeys } from './signing-keys.js';

/** The audience of Till's access tokens (RFC 7519, section 4.1.3). */
const AUDIENCE = 'till';
/** The type of an access token, which no other kind of token has (RFC 9068, section 2.1). */
export const TYPE = 'at+jwt';

/** Signs access tokens (RFC 9068). */
@Injectable()
export class AccessTokens {
  readonly issuer: string;
  /** That of a further shop is its own, so that its tokens are strange to others with the same keys and address. */
  readonly audience: string;
  /** How long a token is valid, in seconds. */
  private readonly ttlSeconds: number;

  constructor(
    { http, accessToken, shop }: Config,
    private readonly keys: SigningKeys,
  ) {
    this.issuer = http.publicUrl;
    this.audience = shop === undefined ? AUDIENCE : `${AUDIENCE}:shop:${shop}`;
    this.ttlSeconds = accessToken.ttlSeconds;
  }

  /** Returns the response to a sign-in or a refresh. */
  async grant(session: OpenSession): Promise<LoginView> {
    return { ...(await this.grantAccess(session)), refreshToken: session.refreshToken };
  }

  /** Returns another access token of a session, whose refresh token stays. */
  async grantAccess(session: LiveSession): Promise<AccessTokenView> {
    return { accessToken: await this.issue(session), tokenType: 'Bearer', expiresIn: this.ttlSeconds };
  }

  /**
   * `ver` is the account's version: a token becomes invalid when the account's rights change; `sid` is the session; `auth_time` is when its
   * owner last showed who they are (OpenID Connect Core 1.0, section 2).
   */
  issue({ id, userId, roles, accessVersion, authenticatedAt }: LiveSession): Promise<string> {
    return new SignJWT({ roles, ver: accessVersion, sid: encodeId('ses', id), auth_time: authenticatedAt })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: this.keys.keyId })
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setSubject(encodeId('usr', userId))
      .setIssuedAt()
      .setExpirationTime(`${this.ttlSeconds}s`)
      .setJti(randomUUID())
      .sign(this.keys.privateKey);
  }
}
