import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/index.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The one value of the database that a secret is encrypted for. It can't be decrypted in another place. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The primary key of its row. */
  readonly id: string;
}

/** A text of the database can't be decrypted: its key is not there, or the text belongs to another place or was changed. */
export class Undecipherable extends Error {
  constructor({ table, column, id }: Place, reason: string) {
    super(`${table}.${column} of ${id} can't be decrypted: ${reason}.`);
    this.name = 'Undecipherable';
  }
}

/**
 * Encrypts secrets for columns of the type `encrypted`: AES-256-GCM (NIST SP 800-38D) with a random nonce, and the place as additional
 * data. The text is `<name of the key>:<nonce, ciphertext and tag in base64url>`.
 */
@Injectable()
export class Encryption {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** The name of the key that encrypts. */
  readonly newest: string | undefined;

  constructor({ encryptionKeys }: Config) {
    const named = encryptionKeys.map((text) => text.split(':') as [string, string]);
    this.keys = new Map(named.map(([name, key]) => [name, Buffer.from(key, 'base64')]));
    this.newest = named[0]?.[0];
  }

  /** @throws Error if ENCRYPTION_KEYS is not set: check it where the settings are read */
  encrypt(plaintext: string, place: Place): string {
    const { newest: id } = this;
    if (id === undefined) throw new Error(`ENCRYPTION_KEYS is not set, so nothing can be kept in ${place.table}.`);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(id)!, nonce).setAAD(boundTo(place));
    const sealed = [nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${id}:${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** @throws Undecipherable */
  decrypt(text: string, place: Place): string {
    const key = this.keys.get(keyNameOf(text));
    if (!key) throw new Undecipherable(place, `ENCRYPTION_KEYS has no key ${keyNameOf(text)}`);
    const sealed = Buffer.from(text.slice(keyNameOf(text).length + 1), 'base64url');
    const options = { authTagLength: TAG_BYTES };
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), options)
        .setAAD(boundTo(place))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new Undecipherable(place, 'it was changed, or encrypted for another place');
    }
  }
}

/** The name of the key that encrypted a text. */
export function keyNameOf(text: string): string {
  return text.slice(0, text.indexOf(':'));
}

function boundTo({ table, column, id }: Place): Buffer {
  return Buffer.from(`${table}.${column}/${id}`);
}
