import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import type { SessionId } from '../shared/ids.js';

/** The content of a verified token. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly sessionId: SessionId;
  /** When the person last showed who they are, in seconds since 1970. */
  readonly authenticatedAt: number;
  /** The version of the account's rights at the time the token was issued. */
  readonly accessVersion: number;
}

/** About 1 kB each, so 10 MB; more than the callers that are active at the same time. */
const CAPACITY = 10_000;

/**
 * A cache of verified access tokens and their callers. An entry lasts until its token expires. Checking a signature costs
 * about 0.1 ms, a lookup here almost nothing. The whole token is the key, so a modified token is not found.
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

  /** `expiresAt` is in seconds since 1970, as in the token. A full cache drops its oldest entry. */
  remember(token: string, verified: VerifiedToken, expiresAt: number): void {
    if (this.tokens.size >= CAPACITY) this.tokens.delete(this.tokens.keys().next().value!);
    this.tokens.set(token, { ...verified, expiresAtMs: expiresAt * 1000 });
  }

  get size(): number {
    return this.tokens.size;
  }
}
