import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';

/** What a token that was verified says. */
export interface VerifiedToken {
  readonly caller: Caller;
  /** The version of the account's rights that the token was issued for. */
  readonly accessVersion: number;
}

/** At some 1 kB each: 10 MB, and more callers than are busy at once. */
const CAPACITY = 10_000;

/**
 * Access tokens that were verified, with their callers, until it expires. A signature costs some 0.1 ms to check and a look-up
 * here next to nothing; the whole token is the key, so a changed one is not found.
 */
@Injectable()
export class VerifiedTokens {
  private readonly tokens = new Map<string, VerifiedToken & { readonly expiresAtMs: number }>();

  find(token: string): VerifiedToken | undefined {
    const found = this.tokens.get(token);
    if (found && found.expiresAtMs > Date.now()) return found;
    if (found) this.tokens.delete(token);
    return undefined;
  }

  /** `expiresAt` in seconds since 1970, as tokens say it. When full, who came first is forgotten and verified anew. */
  remember(token: string, verified: VerifiedToken, expiresAt: number): void {
    if (this.tokens.size >= CAPACITY) this.tokens.delete(this.tokens.keys().next().value!);
    this.tokens.set(token, { ...verified, expiresAtMs: expiresAt * 1000 });
  }

  get size(): number {
    return this.tokens.size;
  }
}
