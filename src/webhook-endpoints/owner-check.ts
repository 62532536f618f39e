import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { UsersService } from '../users/index.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { disabledCounter, endpointDisabled } from './webhook-endpoint.events.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';

/** How many seconds an answer counts. */
const FRESH_SECONDS = 5;

/** Sends events to nobody whose account may read them no longer. */
@Injectable()
export class OwnerCheck {
  private readonly known = new LRUCache<UserId, boolean>({ max: 1000, ttl: FRESH_SECONDS * 1000 });

  constructor(
    private readonly tx: Transaction,
    private readonly users: UsersService,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
  ) {}

  /** Whether its owner may read events. If not, disables the endpoint; its owner gets a mail. */
  async admits(endpoint: WebhookEndpointEntity): Promise<boolean> {
    if (await this.mayRead(endpoint.ownerId)) return true;
    await this.tx.run(() => this.disable(endpoint));
    return false;
  }

  private async mayRead(owner: UserId): Promise<boolean> {
    const known = this.known.get(owner);
    if (known !== undefined) return known;
    const access = await this.users.access(owner);
    const may = access.isActive && access.permissions.has('events:read');
    if (may) this.known.set(owner, may);
    return may;
  }

  private async disable({ id, ownerId }: WebhookEndpointEntity): Promise<void> {
    const endpoint = await this.endpoints.lock(id);
    // Somebody else may have taken it over, or ended it.
    if (endpoint?.status !== 'enabled' || endpoint.ownerId !== ownerId) return;
    const change = { status: 'disabled', disabledReason: 'not_permitted', version: endpoint.version + 1 } as const;
    await this.endpoints.update(id, { ...change, lease: null, leasedUntil: null });
    this.outbox.record(endpointDisabled({ ...endpoint, ...change }, 'not_permitted'));
    const target = { type: 'webhook endpoint', id: encodeId('whe', id) };
    this.audit.record({ action: 'webhook_endpoint.disabled', target, after: { reason: 'not_permitted' } });
    disabledCounter.inc({ reason: 'not_permitted' });
  }
}
