import { Injectable } from '@nestjs/common';
import { columnsOf, Transaction } from '../platform/database/index.js';
import type { WebhookEndpointId } from '../shared/ids.js';
import { OwnerCheck } from './owner-check.js';
import { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** If a worker dies, another one continues after that time. A live one extends its leases (`HeldLease`). */
export const LEASE_SECONDS = 15;
const UNTIL = `now() + ${LEASE_SECONDS} * interval '1 second'`;

/** Endpoints that are due and that no worker serves, those first that waited longest. $3: what this process serves. */
const TAKE = `
  WITH free AS (
    SELECT id FROM webhook_endpoints e
    WHERE status = 'enabled' AND (paused_until IS NULL OR paused_until <= now()) AND (leased_until IS NULL OR leased_until <= now())
      AND id <> ALL ($3::uuid[]) AND EXISTS (
        SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_attempt_at <= now())
    ORDER BY leased_until NULLS FIRST LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE webhook_endpoints e SET lease = $2, leased_until = ${UNTIL} FROM free WHERE e.id = free.id
  RETURNING ${columnsOf(WebhookEndpointEntity, 'e')}`;
/** The endpoint as it is now, if it is still to be served by this run. */
const RENEW = `
  UPDATE webhook_endpoints e SET leased_until = ${UNTIL}
  WHERE id = $1 AND lease = $2 AND status = 'enabled' AND (paused_until IS NULL OR paused_until <= now())
  RETURNING ${columnsOf(WebhookEndpointEntity, 'e')}`;
/** Keeps the time, so that the endpoints take turns. */
const RELEASE = `
  UPDATE webhook_endpoints SET lease = NULL, leased_until = now() + $3 * interval '1 second' WHERE id = $1 AND lease = $2`;

type EndpointRow = WebhookEndpointEntity & Record<string, unknown>;

/** The right to send to an endpoint, which one worker has at a time. */
@Injectable()
export class EndpointLeases {
  constructor(
    private readonly tx: Transaction,
    private readonly owners: OwnerCheck,
  ) {}

  /** Returns at most `count` endpoints that have something due, for this worker alone. Disables those whose owner may read events no longer. */
  async take(count: number, lease: string, except: readonly WebhookEndpointId[]): Promise<WebhookEndpointEntity[]> {
    const taken = await this.tx.query<EndpointRow>(TAKE, [count, lease, except]);
    const admitted = await Promise.all(taken.map((endpoint) => this.owners.admits(endpoint)));
    return taken.filter((_, index) => admitted[index]);
  }

  /** Returns the endpoint, or `undefined` if it is to be served no longer: it is paused or disabled, another worker has it, or its owner lost the permission. */
  async renew(id: WebhookEndpointId, lease: string): Promise<WebhookEndpointEntity | undefined> {
    const [endpoint] = await this.tx.query<EndpointRow>(RENEW, [id, lease]);
    return endpoint && (await this.owners.admits(endpoint)) ? endpoint : undefined;
  }

  /** Others may serve it after `rest` seconds. */
  async release(id: WebhookEndpointId, lease: string, rest: number): Promise<void> {
    await this.tx.query(RELEASE, [id, lease, rest]);
  }
}
