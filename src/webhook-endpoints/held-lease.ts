import { LEASE_SECONDS } from './endpoint-leases.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** In milliseconds. Several beats fit into a lease, so that a failed one loses nothing. */
const BEAT_MS = 4000;
/** How old a lease may be when a request begins, in milliseconds: half of it is left then. */
const SURE_MS = (LEASE_SECONDS * 1000) / 2;

/** Extends the lease. Returns the endpoint as it is now; `undefined` if it is to be served no longer. */
type Extend = () => Promise<WebhookEndpointEntity | undefined>;

/** The lease of one endpoint, which a heartbeat extends while requests to it run. */
export class HeldLease {
  private timer: NodeJS.Timeout | undefined;
  private endpoint: WebhookEndpointEntity | undefined;
  private beating: Promise<unknown> = Promise.resolve();
  private renewedAt = performance.now();

  constructor(
    leased: WebhookEndpointEntity,
    private readonly extend: Extend,
  ) {
    this.endpoint = leased;
  }

  begin(): this {
    // If the database is away, a lease that was not extended begins no request.
    const beat = () => (this.beating = this.renewed().catch(() => undefined));
    this.timer = setInterval(beat, BEAT_MS);
    return this;
  }

  /** Returns the endpoint as it is now; `undefined` if it is to be served no longer. */
  async renewed(): Promise<WebhookEndpointEntity | undefined> {
    const began = performance.now();
    this.endpoint = await this.extend();
    this.renewedAt = began;
    return this.endpoint;
  }

  /** The same, as it was lately, while the lease surely lasts: a process that stood still asks again. */
  async held(): Promise<WebhookEndpointEntity | undefined> {
    return performance.now() - this.renewedAt < SURE_MS ? this.endpoint : this.renewed();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
  }
}
