import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { normalizePassword } from './domain/password-policy.js';
import { ConcurrencyLimit } from '../shared/concurrency-limit.js';

/**
 * Argon2id (the library's default variant) with 19 MiB, 2 passes, 1 lane: the OWASP Password Storage Cheat Sheet's
 * minimum, https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** How a hash of that cost begins. */
const current = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`;

/** Each hash takes 19 MiB and a core. libuv has 4 threads; one must stay free for files and DNS. */
export const HASHES_AT_ONCE = Math.min(3, availableParallelism());
/** Less than half a second of work. Later callers are refused with `Retry-After`. */
export const WAITING_ROOM = 8 * HASHES_AT_ONCE;

/** Hashes and checks passwords, slowly on purpose. */
@Injectable()
export class PasswordHasher {
  private readonly turns = new ConcurrencyLimit(HASHES_AT_ONCE, WAITING_ROOM);
  /** A hash of no password, checked for accounts that have none. Bytes at random are one, and take no time. */
  private readonly decoy = `${current}${inPhc(randomBytes(16))}$${inPhc(randomBytes(32))}`;

  /** Returns the hash in PHC format, with salt and cost. `address` is the client's address. @throws Overloaded */
  hash(password: string, address?: string): Promise<string> {
    return this.turns.run(() => hash(normalizePassword(password), cost), address);
  }

  /** Whether the hash has another cost than new ones, so that it is to be replaced while its password is known. */
  isOutdated(passwordHash: string): boolean {
    return !passwordHash.startsWith(current);
  }

  /** Takes the same time when there is no hash, so the time does not reveal which accounts exist. @throws Overloaded */
  async matches(password: string, passwordHash: string | null | undefined, address?: string): Promise<boolean> {
    const compared = passwordHash ?? this.decoy;
    const same = await this.turns.run(() => verify(compared, normalizePassword(password)), address);
    return same && compared === passwordHash;
  }
}

/** Base64 without padding, as the PHC string format has it. */
function inPhc(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
