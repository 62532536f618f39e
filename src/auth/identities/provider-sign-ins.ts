import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { EmailTaken, looksLikeLink, normalizeEmail, type User, UsersService } from '../../users/index.js';
import { InvalidCredentials } from '../auth.errors.js';
import type { Visitor } from '../sessions/origin.js';
import { type SignIn, SignIns } from '../sign-ins.js';
import { IdentityNotLinked, IdentityTaken, IdentityWithoutEmail } from './identities.errors.js';
import { type Arrival, IdentitiesService } from './identities.service.js';
import { type Claims, IdentityProviders } from './identity-providers.js';

/** Sign-ins with accounts at providers. */
@Injectable()
export class ProviderSignIns {
  constructor(
    private readonly tx: Transaction,
    private readonly identities: IdentitiesService,
    private readonly providers: IdentityProviders,
    private readonly users: UsersService,
    private readonly signIns: SignIns,
  ) {}

  /**
   * Starts a session, or half a sign-in where the account has a second factor. Makes an account for a person who has none.
   * @throws SignInAtProviderFailed, IdentityNotLinked, IdentityWithoutEmail, InvalidCredentials for a disabled account
   */
  async complete(providerId: string, arrival: Arrival, visitor: Visitor): Promise<SignIn> {
    const { linkByEmail } = this.providers.get(providerId);
    const claims = await this.identities.end(arrival, null, providerId);
    const account = await this.users.credentialsOf(await this.accountOf(claims, linkByEmail));
    if (!account) throw new InvalidCredentials();
    return this.signIns.begin(account, visitor);
  }

  /** Whoever signs in twice at the same moment finds the account of the other sign-in. */
  private async accountOf(claims: Claims, linkByEmail: boolean): Promise<UserId> {
    const known = await this.identities.use(claims);
    if (known) return known;
    try {
      return await this.tx.run(() => this.newcomer(claims, linkByEmail));
    } catch (error) {
      const meanwhile = [IdentityTaken, EmailTaken, IdentityNotLinked].some((kind) => error instanceof kind);
      const found = meanwhile ? await this.identities.use(claims) : undefined;
      if (!found) throw error;
      return found;
    }
  }

  private async newcomer(claims: Claims, linkByEmail: boolean): Promise<UserId> {
    if (claims.email === undefined) throw new IdentityWithoutEmail();
    const email = normalizeEmail(claims.email);
    const existing = await this.users.findByEmail(email);
    if (existing && !(linkByEmail && mayLink(existing))) throw new IdentityNotLinked();
    if (existing && (await this.identities.hasOneOf(claims.issuer, existing.id))) throw new IdentityNotLinked();
    const { userId } = existing
      ? await this.identities.addTo(existing.id, claims)
      : await this.identities.add((await this.users.registerConfirmed(email, nameOf(claims))).id, claims);
    return userId;
  }
}

/** Both sides have confirmed the address. Staff link while being signed in: a provider must not decide who they are. */
function mayLink({ emailVerifiedAt, roles }: User): boolean {
  return emailVerifiedAt !== null && roles.every((role) => role === 'customer');
}

/** The person's name as an account may have it. */
function nameOf({ name = '' }: Claims): string {
  const plain = name
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
  return plain === '' || looksLikeLink(plain) ? 'Customer' : plain;
}
