import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An authenticator app of a person, written without Till's code. `time` is in seconds. */
export class Authenticator {
  private readonly key: Buffer;

  /** `secret` is in base32. */
  constructor(secret: string) {
    const bits = [...secret].map((digit) => ALPHABET.indexOf(digit).toString(2).padStart(5, '0')).join('');
    this.key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  codeAt(time: number): string {
    const mac = createHmac('sha1', this.key)
      .update(
        Buffer.from(
          Math.floor(time / 30)
            .toString(16)
            .padStart(16, '0'),
          'hex',
        ),
      )
      .digest();
    const offset = mac[19]! & 15;
    return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
  }
}
