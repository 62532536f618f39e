import { Injectable } from '@nestjs/common';
import type { ClientAuth, Configuration } from 'openid-client';
import { Config } from '../../platform/config/index.js';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { NotFound } from '../../shared/errors.js';
import type { FlowSecrets } from './flow-secrets.js';
import { IdentityProviderUnavailable, SignInAtProviderFailed } from './identities.errors.js';
import { type IdentityProvider, identitySettings } from './identities.settings.js';

/** Seconds to wait for a provider. */
const PATIENCE = 5;
/** How long what a provider publishes about itself is used, in milliseconds. */
const FRESH_MS = 3_600_000;

/** What a provider says about a person. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  /** Absent unless the provider has confirmed it. */
  readonly email?: string;
  readonly name?: string;
}

/** The OpenID Connect providers of the configuration, by the authorization code flow with PKCE. */
@Injectable()
export class IdentityProviders {
  readonly list: readonly IdentityProvider[];
  private readonly known = new Map<string, { readonly at: number; readonly found: Promise<Configuration> }>();

  constructor(
    config: Config,
    private readonly logger: Logger,
  ) {
    this.list = config.of(identitySettings).providers;
  }

  /** @throws NotFound */
  get(id: string): IdentityProvider {
    const provider = this.list.find((one) => one.id === id);
    if (!provider) throw new NotFound('provider');
    return provider;
  }

  /** Returns the page of the provider to which the browser goes. @throws IdentityProviderUnavailable */
  async authorizationUrl(provider: IdentityProvider, redirectUri: string, secrets: FlowSecrets): Promise<string> {
    const { buildAuthorizationUrl } = await import('openid-client');
    const url = buildAuthorizationUrl(await this.configurationOf(provider), {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: secrets.challenge,
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  /**
   * Exchanges the code with which the browser came back. `query` is that of the redirect URI. Checks state, nonce, issuer, audience,
   * times and signature. @throws SignInAtProviderFailed, IdentityProviderUnavailable
   */
  async claims(
    provider: IdentityProvider,
    redirectUri: string,
    query: string,
    { state, nonce, verifier }: FlowSecrets,
  ): Promise<Claims> {
    const configuration = await this.configurationOf(provider);
    const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client');
    const arrived = new URL(redirectUri);
    arrived.search = query;
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    try {
      const tokens = await authorizationCodeGrant(configuration, arrived, checks);
      const claims = tokens.claims()!;
      if (claims['email'] !== undefined || !configuration.serverMetadata().userinfo_endpoint) return claimsOf(claims);
      // Many providers say more there than in the ID token. The subject must be the same.
      return claimsOf({ ...claims, ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)) });
    } catch (error) {
      logFailure(this.logger, 'a sign-in at a provider failed', error, { provider: provider.id });
      throw new SignInAtProviderFailed();
    }
  }

  /** Concurrent callers share one request, and a failed one is forgotten. */
  private configurationOf(provider: IdentityProvider): Promise<Configuration> {
    const before = this.known.get(provider.id);
    if (before && before.at > Date.now() - FRESH_MS) return before.found;
    const found = discover(provider).catch((error: unknown) => {
      this.known.delete(provider.id);
      logFailure(this.logger, 'an identity provider does not answer', error, { provider: provider.id });
      throw new IdentityProviderUnavailable(provider.name);
    });
    this.known.set(provider.id, { at: Date.now(), found });
    return found;
  }
}

async function discover({ issuer, clientId, clientSecret }: IdentityProvider): Promise<Configuration> {
  const { allowInsecureRequests, ClientSecretBasic, ClientSecretPost, discovery, enableNonRepudiationChecks } =
    await import('openid-client');
  // The settings allow http on this machine alone.
  const execute = [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])];
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  // In the header, unless the provider takes it in the body alone (OpenID Connect Discovery 1.0, section 3).
  const authenticate: ClientAuth = (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
  return discovery(new URL(issuer), clientId, undefined, authenticate, { execute, timeout: PATIENCE });
}

function claimsOf(claims: { readonly iss: string; readonly sub: string; readonly [name: string]: unknown }): Claims {
  const { iss, sub, email, email_verified: isConfirmed, name } = claims;
  return {
    issuer: iss,
    subject: sub,
    ...(typeof email === 'string' && isConfirmed === true && { email }),
    ...(typeof name === 'string' && { name }),
  };
}
