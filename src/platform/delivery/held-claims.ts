import { setTimeout as delay } from 'node:timers/promises';
import type { EventId } from '../../shared/ids.js';
import { type ClaimedEvent, LEASE_SECONDS } from './deliveries.repository.js';

/** In milliseconds. Several beats fit into a lease, so that a failed one loses nothing. */
const BEAT_MS = 4000;

type Claim = Pick<ClaimedEvent, 'id' | 'attempt'>;
/** Extends the valid claims. Returns the ids of their events. */
type Renew = (claims: readonly Claim[]) => Promise<EventId[]>;

/** The claims of one job, extended by a heartbeat while their effects run. */
export class HeldClaims {
  private readonly stop = new AbortController();
  private readonly claims: Map<EventId, Claim>;
  private beating: Promise<void> = Promise.resolve();
  private renewedAt: number;

  /** `claimedAt`: a time not later than the claims, by `performance.now()`. */
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

  /** Whether the claim is valid for at least half a lease; otherwise another worker may have started. */
  maySurelyBegin({ id }: Claim): boolean {
    return this.claims.has(id) && performance.now() - this.renewedAt < (LEASE_SECONDS * 1000) / 2;
  }

  /** Ends the claim after its effect. */
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
      // If the database is away, later steps fail, and a claim that was not extended starts no effect.
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
