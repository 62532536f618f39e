import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';

/** At some 1 kB each: 10 MB, and more callers than are busy at once. */
const CAPACITY = 10_000;

/**
 * Callers whose access token was verified, until it expires. A signature costs some 0.1 ms to check and a look-up
 * here next to nothing; the whole token is the key, so a changed one is not found.
 */
@Injectable()
export class VerifiedTokens {
  private readonly callers = new Map<string, { readonly caller: Caller; readonly expiresAtMs: number }>();

  find(token: string): Caller | undefined {
    const found = this.callers.get(token);
    if (found && found.expiresAtMs > Date.now()) return found.caller;
    if (found) this.callers.delete(token);
    return undefined;
  }

  /** `expiresAt` in seconds since 1970, as tokens say it. When full, who came first is forgotten and verified anew. */
  remember(token: string, caller: Caller, expiresAt: number): void {
    if (this.callers.size >= CAPACITY) this.callers.delete(this.callers.keys().next().value!);
    this.callers.set(token, { caller, expiresAtMs: expiresAt * 1000 });
  }

  get size(): number {
    return this.callers.size;
  }
}
