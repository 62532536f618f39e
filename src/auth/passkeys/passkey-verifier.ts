import { Injectable } from '@nestjs/common';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  AuthenticatorTransport,
} from '@simplewebauthn/server';
import { Config } from '../../platform/config/index.js';
import type { UserId } from '../../shared/ids.js';
import type { AssertionJson, RegistrationJson } from './credential-json.js';
import type { PasskeyEntity } from './passkey.entity.js';
import { InvalidPasskey } from './passkeys.errors.js';
import { passkeySettings } from './passkeys.settings.js';

/** How long somebody has to find their authenticator, in seconds. */
export const CHALLENGE_SECONDS = 300;
/** EdDSA, ES256, RS256 (IANA's COSE algorithms). Fixed, so that an update of Node changes nothing. */
const ALGORITHMS = [-8, -7, -257];

/** The columns of a passkey that its registration fills. */
export type VerifiedPasskey = Pick<
  PasskeyEntity,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'isSynced' | 'rpId'
>;

/** What a use of a passkey says of it. */
export type UsedPasskey = Pick<PasskeyEntity, 'signCount' | 'isSynced' | 'rpId'>;

/** Who adds a passkey, as the authenticator shows it. */
export interface PasskeyOwner {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
}

/** WebAuthn (level 3, sections 7.1 and 7.2): discoverable passkeys that verify their user, without attestation. */
@Injectable()
export class PasskeyVerifier {
  private readonly rpId: string;
  private readonly origins: string[];

  constructor(config: Config) {
    const { rpId, origins } = config.of(passkeySettings);
    this.rpId = rpId;
    this.origins = origins;
  }

  /** For `navigator.credentials.create()`. The authenticator makes no second passkey beside one of `existing`. */
  async creationOptions(
    owner: PasskeyOwner,
    challenge: string,
    existing: readonly PasskeyEntity[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    return generateRegistrationOptions({
      rpName: this.rpId,
      rpID: this.rpId,
      userID: Uint8Array.from(bytesOfUuid(owner.id)),
      userName: owner.email,
      userDisplayName: owner.name,
      challenge: bytesOf(challenge),
      timeout: CHALLENGE_SECONDS * 1000,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: existing.map(({ credentialId, transports }) => ({
        id: credentialId.toString('base64url'),
        transports: transports as AuthenticatorTransport[],
      })),
    });
  }

  /** For `navigator.credentials.get()`. Names no passkey, so that it tells nobody who has one. */
  async requestOptions(challenge: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const timeout = CHALLENGE_SECONDS * 1000;
    return generateAuthenticationOptions({
      rpID: this.rpId,
      challenge: bytesOf(challenge),
      userVerification: 'required',
      timeout,
    });
  }

  /** @throws InvalidPasskey */
  async registered(json: RegistrationJson, challenge: string): Promise<VerifiedPasskey> {
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    await assertNoCertificates(json.response.attestationObject);
    const transports = json.response.transports.filter((one) => one !== '');
    const response = { ...json.response, transports: transports as AuthenticatorTransport[] };
    const { verified, registrationInfo } = await orInvalid(() =>
      verifyRegistrationResponse({
        ...this.expectations(challenge),
        response: { ...json, response, clientExtensionResults: {} },
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (!verified) throw new InvalidPasskey('the attestation is wrong');
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      signCount: String(credential.counter),
      transports,
      isSynced: credentialBackedUp,
      rpId: this.rpId,
    };
  }

  /** Returns the new state of a passkey that was used. @throws InvalidPasskey */
  async used(json: AssertionJson, challenge: string, passkey: PasskeyEntity): Promise<UsedPasskey> {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { id, userId, publicKey, signCount } = passkey;
    if (json.response.userHandle !== handleOf(userId)) throw new InvalidPasskey('of another account', userId);
    const { verified, authenticationInfo } = await orInvalid(
      () =>
        verifyAuthenticationResponse({
          ...this.expectations(challenge),
          response: { ...json, clientExtensionResults: {} },
          credential: { id, publicKey: Uint8Array.from(publicKey), counter: Number(signCount) },
        }),
      userId,
    );
    if (!verified) throw new InvalidPasskey('the signature is wrong', userId);
    const { newCounter, credentialBackedUp } = authenticationInfo;
    return { signCount: String(newCounter), isSynced: credentialBackedUp, rpId: this.rpId };
  }

  private expectations(expectedChallenge: string) {
    const { origins: expectedOrigin, rpId: expectedRPID } = this;
    return { expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true };
  }
}

/** A browser that is asked for no attestation sends no certificates. Checking some would fetch lists from addresses in them. */
async function assertNoCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const hasNone = await orInvalid(() => {
    const decoded = decodeAttestationObject(bytesOf(attestationObject));
    const format = decoded.get('fmt');
    return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  });
  if (!hasNone) throw new InvalidPasskey('an attestation that nobody asked for');
}

/** The library throws errors of many kinds for what it does not accept. @throws InvalidPasskey */
async function orInvalid<T>(check: () => T | Promise<T>, userId?: UserId): Promise<T> {
  try {
    return await check();
  } catch (error) {
    throw new InvalidPasskey(error instanceof Error ? error.message.slice(0, 200) : 'unknown', userId);
  }
}

const bytesOf = (base64url: string) => Uint8Array.from(Buffer.from(base64url, 'base64url'));
/** What an authenticator knows of an account: its id, which leads to nobody outside of Till. */
const bytesOfUuid = (id: UserId) => Buffer.from(id.replaceAll('-', ''), 'hex');
const handleOf = (id: UserId) => bytesOfUuid(id).toString('base64url');
