import { setTimeout as delay } from 'node:timers/promises';
import type { EventId } from '../../shared/ids.js';
import { type ClaimedEvent, LEASE_SECONDS } from './deliveries.repository.js';

/** Several beats fit into a lease, so that one that fails loses nothing. In milliseconds. */
const BEAT_MS = 4000;

type Claim = Pick<ClaimedEvent, 'id' | 'attempt'>;
/** Extends the claims that still hold and returns the ids of their events. */
type Renew = (claims: readonly Claim[]) => Promise<EventId[]>;

/** Claims of one job, extended by a heartbeat for as long as their effects take. */
export class HeldClaims {
  private readonly stop = new AbortController();
  private readonly claims: Map<EventId, Claim>;
  private beating: Promise<void> = Promise.resolve();
  private renewedAt: number;

  /** `claimedAt`: when the claims were asked for at the latest, by `performance.now()`. */
  constructor(
    claims: readonly Claim[],
    claimedAt: number,
    private readonly renew: Renew,
  ) {
    this.claims = new Map(claims.map((claim) => [claim.id, claim]));
    this.renewedAt = claimedAt;
  }

  begin(): this {
    this.beating = this.beat();
    return this;
  }

  /** Whether the claim holds, and for half a lease to come: else another worker may have begun. */
  maySurelyBegin({ id }: Claim): boolean {
    return this.claims.has(id) && performance.now() - this.renewedAt < (LEASE_SECONDS * 1000) / 2;
  }

  /** Its effect is over. */
  leave({ id }: Claim): void {
    this.claims.delete(id);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.beating;
  }

  private async beat(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      await delay(BEAT_MS, undefined, { signal }).catch(() => undefined);
      // A database that is away shows in what follows, and a claim that was not extended begins nothing more.
      if (!signal.aborted) await this.extend().catch(() => undefined);
    }
  }

  private async extend(): Promise<void> {
    const asked = [...this.claims.values()];
    const began = performance.now();
    const held = new Set(await this.renew(asked));
    this.renewedAt = began;
    for (const { id } of asked) if (!held.has(id)) this.claims.delete(id);
  }
}
