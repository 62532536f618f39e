import { Injectable } from '@nestjs/common';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { Transaction } from '../../platform/database/index.js';
import type { UserId } from '../../shared/ids.js';
import { UsersService } from '../../users/index.js';
import { Unauthenticated } from '../auth.errors.js';
import { newOpaqueToken } from '../sessions/opaque-token.js';
import { challengeOf, readAssertion, readRegistration } from './credential-json.js';
import { InvalidPasskey } from './passkeys.errors.js';
import { PasskeysRepository, type Registrant } from './passkeys.repository.js';
import { type AddedPasskey, PasskeysService } from './passkeys.service.js';
import { PasskeyVerifier } from './passkey-verifier.js';

/** What WebAuthn calls ceremonies: a challenge, and what an authenticator makes of it. Each challenge is used up, whatever comes of it. */
@Injectable()
export class PasskeyCeremonies {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: PasskeysRepository,
    private readonly passkeys: PasskeysService,
    private readonly verifier: PasskeyVerifier,
    private readonly users: UsersService,
  ) {}

  /** Begins to add a passkey to an account. @throws Unauthenticated for a disabled one */
  async beginRegistration(userId: UserId): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const [account, [contact]] = await Promise.all([this.users.credentialsOf(userId), this.users.contacts([userId])]);
    if (!account || !contact) throw new Unauthenticated('The account is disabled.');
    const challenge = await this.begin({ userId, accessVersion: account.accessVersion });
    return this.verifier.creationOptions(contact, challenge, await this.repository.of(userId));
  }

  /** Adds the passkey that the authenticator made. @throws InvalidPasskey, TooManyPasskeys */
  async register(userId: UserId, name: string, credential: object): Promise<AddedPasskey> {
    const json = readRegistration(credential);
    const challenge = challengeOf(json);
    const begun = await this.use(challenge);
    if (begun.userId !== userId) throw new InvalidPasskey('begun by somebody else', userId);
    const { accessVersion } = begun;
    return this.passkeys.add({ userId, accessVersion }, name, await this.verifier.registered(json, challenge));
  }

  /** Begins a sign-in of somebody who is not known yet. */
  async beginSignIn(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.verifier.requestOptions(await this.begin());
  }

  /** Returns whose passkey it is, once it has signed a challenge. @throws InvalidPasskey */
  async identify(credential: object): Promise<UserId> {
    const json = readAssertion(credential);
    const challenge = challengeOf(json);
    const begun = await this.use(challenge);
    if (begun.userId !== null) throw new InvalidPasskey('begun to add a passkey');
    const passkey = await this.repository.find(Buffer.from(json.id, 'base64url'));
    if (!passkey) throw new InvalidPasskey('nobody has it');
    const state = await this.verifier.used(json, challenge, passkey);
    const isUsed = await this.tx.run(() => this.repository.use(passkey.id, state));
    if (!isUsed) throw new InvalidPasskey('its counter was used already', passkey.userId);
    return passkey.userId;
  }

  private async begin(registrant?: Registrant): Promise<string> {
    const challenge = newOpaqueToken();
    await this.tx.run(() => this.repository.beginChallenge(challenge, registrant));
    return challenge;
  }

  private async use(challenge: string): Promise<Registrant | { readonly userId: null }> {
    const begun = await this.tx.run(() => this.repository.useChallenge(challenge));
    if (!begun) throw new InvalidPasskey('the challenge is unknown, old or used');
    const { userId, accessVersion } = begun;
    return userId === null ? { userId } : { userId, accessVersion: accessVersion! };
  }
}
