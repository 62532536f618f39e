import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

/** What a device or an attacker does otherwise than it should. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly isUserVerified?: boolean;
  readonly userHandle?: string;
  readonly counter?: number;
  readonly format?: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** An authenticator with one passkey, and the browser around it (WebAuthn, sections 6 and 7). ES256, "none" attestation. */
export class PasskeyDevice {
  credentialId = randomBytes(32);
  counter = 0;
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private userHandle = '';

  constructor(private readonly origin: string) {}

  /** Returns what `navigator.credentials.create()` returns, as JSON. */
  create(options: object, deviation: Deviation = {}): object {
    const { challenge, rp, user } = options as Options;
    this.userHandle = user!.id;
    const format = deviation.format ?? 'none';
    const statement = format === 'none' ? map([]) : map([['x5c', Buffer.from([0x81, 0x41, 0x00])]]);
    const credential = Buffer.concat([
      Buffer.alloc(16),
      length16(this.credentialId),
      this.credentialId,
      this.coseKey(),
    ]);
    const authData = this.authenticatorData(rp!.id, ATTESTED, deviation, credential);
    const attestation = map([
      ['fmt', text(format)],
      ['attStmt', statement],
      ['authData', Buffer.concat([header(2, authData.length), authData])],
    ]);
    return this.wrap({
      clientDataJSON: this.clientData('webauthn.create', challenge, deviation),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** Returns what `navigator.credentials.get()` returns, as JSON. */
  get(options: object, deviation: Deviation = {}): object {
    const { challenge, rpId } = options as Options;
    this.counter = deviation.counter ?? this.counter;
    const authData = this.authenticatorData(rpId!, 0, deviation);
    const clientDataJSON = this.clientData('webauthn.get', challenge, deviation);
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    const signature = sign('sha256', Buffer.concat([authData, hash]), this.keys.privateKey);
    return this.wrap({
      clientDataJSON,
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: deviation.userHandle ?? this.userHandle,
    });
  }

  private wrap(response: object): object {
    const id = this.credentialId.toString('base64url');
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response,
    };
  }

  private clientData(type: string, challenge: string, deviation: Deviation): string {
    const { origin = this.origin, crossOrigin = false } = deviation;
    const data = { type: deviation.type ?? type, challenge: deviation.challenge ?? challenge, origin, crossOrigin };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  private authenticatorData(rpId: string, flags: number, deviation: Deviation, credential = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const verified = deviation.isUserVerified === false ? 0 : VERIFIED;
    const rpIdHash = createHash('sha256')
      .update(deviation.rpId ?? rpId)
      .digest();
    return Buffer.concat([rpIdHash, Buffer.from([PRESENT | verified | flags]), counter, credential]);
  }

  /** RFC 9053, section 7.1.1: { 1: 2, 3: -7, -1: 1, -2: x, -3: y } */
  private coseKey(): Buffer {
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' });
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
    return Buffer.concat([head, ...coordinate(x), Buffer.from([0x22]), ...coordinate(y)]);
  }
}

/** CBOR (RFC 8949), as much as it takes. */
function header(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  return length < 256 ? Buffer.from([type | 24, length]) : Buffer.from([type | 25, length >> 8, length & 255]);
}
const coordinate = (value: string | undefined) => [Buffer.from([0x58, 32]), Buffer.from(value!, 'base64url')];
const text = (value: string) => Buffer.concat([header(3, value.length), Buffer.from(value)]);
const map = (entries: readonly [string, Buffer][]) =>
  Buffer.concat([header(5, entries.length), ...entries.flatMap(([name, value]) => [text(name), value])]);
const length16 = ({ length }: Buffer) => Buffer.from([length >> 8, length & 255]);
