import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/index.js';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { NotFound, ValidationFailed } from '../../shared/errors.js';
import { encodeId, type IdentityId, type UserId } from '../../shared/ids.js';
import { accessChanged } from '../../users/index.js';
import { newOpaqueToken } from '../sessions/opaque-token.js';
import { secretsOf } from './flow-secrets.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentityTaken, SignInAtProviderFailed } from './identities.errors.js';
import type { IdentityEntity } from './identity.entity.js';
import { type Claims, IdentityProviders } from './identity-providers.js';

/** A sign-in that was begun: where the browser goes, and the secret with which the client ends it. */
export interface BegunFlow {
  readonly authorizationUrl: string;
  readonly flow: string;
}

/** What the client sends when the browser is back. */
export interface Arrival {
  readonly flow: string;
  readonly callback: string;
}

/** Accounts at OpenID Connect providers, named by issuer and subject. */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: IdentitiesRepository,
    private readonly providers: IdentityProviders,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Begins a sign-in, or with `userId` the linking of an identity. `redirectUri` is the first one of the provider by default.
   * @throws NotFound, ValidationFailed for a redirect URI that is not configured, IdentityProviderUnavailable
   */
  async begin(id: string, redirectUri: string | undefined, userId: UserId | null): Promise<BegunFlow> {
    const provider = this.providers.get(id);
    const uri = redirectUri ?? provider.redirectUris[0]!;
    if (!provider.redirectUris.includes(uri)) throw unknownRedirectUri();
    const flow = newOpaqueToken();
    const authorizationUrl = await this.providers.authorizationUrl(provider, uri, secretsOf(flow));
    await this.tx.run(() => this.repository.beginFlow(flow, { provider: id, redirectUri: uri, userId }));
    return { authorizationUrl, flow };
  }

  /**
   * Returns what the provider says about the person. The flow is used up, whatever comes of it. It was begun for the same account, or
   * for a sign-in. @throws SignInAtProviderFailed, IdentityProviderUnavailable
   */
  async end({ flow, callback }: Arrival, userId: UserId | null, providerId?: string): Promise<Claims> {
    const begun = await this.tx.run(() => this.repository.endFlow(flow));
    const isExpected = begun && begun.userId === userId && (providerId === undefined || begun.provider === providerId);
    if (!isExpected) throw new SignInAtProviderFailed();
    const provider = this.providers.list.find(({ id }) => id === begun.provider);
    if (!provider) throw new SignInAtProviderFailed();
    return this.providers.claims(provider, begun.redirectUri, callback, secretsOf(flow));
  }

  /** Links an identity to the account of a person who is signed in. @throws IdentityTaken, and what `end` throws */
  async link(userId: UserId, arrival: Arrival): Promise<IdentityEntity> {
    const claims = await this.end(arrival, userId);
    return this.tx.run(async () => {
      const before = await this.repository.find(claims);
      if (before && before.userId !== userId) throw new IdentityTaken();
      return before ?? this.addTo(userId, claims);
    });
  }

  /** Links an identity to an account that is there, whose owner gets a mail, in the running transaction. @throws IdentityTaken */
  async addTo(userId: UserId, claims: Claims): Promise<IdentityEntity> {
    this.outbox.record(accessChanged('identity_linked', userId));
    return this.add(userId, claims);
  }

  /** Links the first identity of a new account, in the running transaction. @throws IdentityTaken */
  async add(userId: UserId, claims: Claims): Promise<IdentityEntity> {
    const identity = await this.repository.insert(userId, claims);
    const target = { type: 'user', id: encodeId('usr', userId) };
    const after = { identityId: encodeId('idn', identity.id), issuer: identity.issuer };
    this.audit.record({ action: 'identity.linked', actorId: userId, target, after });
    return identity;
  }

  /** The account of an identity. */
  use(claims: Claims): Promise<UserId | undefined> {
    return this.tx.run(() => this.repository.use(claims));
  }

  /** Whether the account has an identity of this issuer: the same address with another subject is another person. */
  async hasOneOf(issuer: string, userId: UserId): Promise<boolean> {
    return (await this.repository.of(userId)).some((identity) => identity.issuer === issuer);
  }

  list(userId: UserId): Promise<IdentityEntity[]> {
    return this.repository.of(userId);
  }

  /** @throws NotFound, also for somebody else's */
  unlink(userId: UserId, id: IdentityId): Promise<void> {
    return this.tx.run(async () => {
      if (!(await this.repository.delete(userId, id))) throw new NotFound('identity');
      const target = { type: 'user', id: encodeId('usr', userId) };
      this.audit.record({ action: 'identity.unlinked', target, before: { identityId: encodeId('idn', id) } });
      this.outbox.record(accessChanged('identity_unlinked', userId));
    });
  }

  /** Unlinks all accounts at providers. */
  unlinkAll(userId: UserId): Promise<void> {
    return this.tx.run(async () => {
      for (const { id } of await this.repository.of(userId)) await this.unlink(userId, id);
    });
  }
}

function unknownRedirectUri(): ValidationFailed {
  return new ValidationFailed([
    {
      pointer: '/redirectUri',
      code: 'unknown_redirect_uri',
      message: 'must be exactly a redirect URI of the provider',
    },
  ]);
}
