import { Injectable } from '@nestjs/common';
import { assertPermitted, type Caller } from '../platform/access/index.js';
import { type AuditEntry, AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { assertMatches, type Page, pageOf, readCursor } from '../platform/http/index.js';
import { Clock } from '../shared/clock.js';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type WebhookEndpointId } from '../shared/ids.js';
import type { ChangeWebhookEndpointDto } from './dto/change-webhook-endpoint.dto.js';
import type { CreateWebhookEndpointDto } from './dto/create-webhook-endpoint.dto.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';

const [HOUR_MS, DEFAULT_OVERLAP_HOURS] = [3_600_000, 24];

/** A change with a URL that was checked. */
type Change = Omit<ChangeWebhookEndpointDto, 'url'> & { readonly url?: string | undefined };

/** Makes, changes and deletes webhook endpoints. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: WebhookEndpointsRepository,
    private readonly secrets: WebhookSecrets,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Returns the new endpoint with its secret. The URL was checked by `TargetCheck`.
   * @throws Forbidden for somebody who may not read events, since whoever sends them somewhere reads them
   */
  create(caller: Caller, { url, types, description = '', httpSignatures = false }: CreateWebhookEndpointDto) {
    assertPermitted(caller, 'events:read');
    return this.tx.run(async () => {
      const createdAt = this.clock.now();
      const made = { id: newId<'whe'>(), ownerId: caller.userId, url, types, description, httpSignatures };
      const endpoint = await this.repository.insert({ ...made, createdAt, updatedAt: createdAt });
      const secret = await this.secrets.issue(endpoint.id, createdAt);
      this.audit.record(entry('created', endpoint.id, { after: content(endpoint) }));
      return { endpoint, secret };
    });
  }

  /** Newest first. */
  async list(limit: number, cursor?: string): Promise<Page<WebhookEndpointEntity>> {
    const before = readCursor(cursor, ['id'])?.[0] as WebhookEndpointId | undefined;
    return pageOf(await this.repository.list(limit + 1, before), limit, ({ id }) => [id]);
  }

  /** @throws NotFound */
  async read(id: WebhookEndpointId): Promise<WebhookEndpointEntity> {
    const endpoint = await this.repository.find(id);
    if (!endpoint) throw new NotFound('webhook endpoint');
    return endpoint;
  }

  /**
   * Changes what is given. Enabling it forgets its failures; after its owner lost the permission, it belongs to whoever enables it. The URL was checked.
   * @throws NotFound, Forbidden as `create`, PreconditionFailed if `ifMatch` names another version
   */
  change(caller: Caller, id: WebhookEndpointId, change: Change, ifMatch?: string): Promise<WebhookEndpointEntity> {
    assertPermitted(caller, 'events:read');
    return this.tx.run(async () => {
      const before = await this.lock(id);
      assertMatches(ifMatch, before.version);
      const updatedAt = this.clock.now();
      const isTakenOver = change.status === 'enabled' && before.disabledReason === 'not_permitted';
      const owner = isTakenOver ? { ownerId: caller.userId } : {};
      await this.repository.update(id, { ...valuesOf(change), ...owner, version: before.version + 1, updatedAt });
      const after = await this.read(id);
      this.audit.record(entry('changed', id, { before: content(before), after: content(after) }));
      return after;
    });
  }

  /** Ends it with its secrets. What waits for it is not sent. @throws NotFound */
  delete(id: WebhookEndpointId): Promise<void> {
    return this.tx.run(async () => {
      const before = await this.lock(id);
      await this.secrets.deleteAll(id);
      const disabled = { status: 'disabled', disabledReason: before.disabledReason ?? 'by_hand' } as const;
      await this.repository.update(id, { ...disabled, version: before.version + 1, deletedAt: this.clock.now() });
      this.audit.record(entry('deleted', id, { before: content(before) }));
    });
  }

  /** Makes a new secret. The one before signs as well for some hours; then the receiver must know the new one. @throws NotFound, Forbidden without `events:read` */
  rotate(caller: Caller, id: WebhookEndpointId, overlapHours = DEFAULT_OVERLAP_HOURS) {
    assertPermitted(caller, 'events:read');
    return this.tx.run(async () => {
      await this.lock(id);
      const now = this.clock.now();
      const previousExpiresAt = new Date(now.getTime() + overlapHours * HOUR_MS);
      await this.secrets.retire(id, previousExpiresAt);
      const secret = await this.secrets.issue(id, now);
      this.audit.record(entry('secret_rotated', id, { after: { previousExpiresAt } }));
      return { secret, previousExpiresAt };
    });
  }

  private async lock(id: WebhookEndpointId): Promise<WebhookEndpointEntity> {
    const endpoint = await this.repository.lock(id);
    if (!endpoint) throw new NotFound('webhook endpoint');
    return endpoint;
  }
}

function valuesOf({ url, types, description, httpSignatures, status }: Change): Partial<WebhookEndpointEntity> {
  const health = { failures: 0, failingSince: null, pausedUntil: null };
  return {
    ...(url !== undefined && { url }),
    ...(types && { types }),
    ...(description !== undefined && { description }),
    ...(httpSignatures !== undefined && { httpSignatures }),
    ...(status === 'enabled' && { status, disabledReason: null, ...health }),
    ...(status === 'disabled' && { status, disabledReason: 'by_hand' }),
  };
}

/** Without the URL's path and query, which may have a secret of the receiver. */
function content({ url, types, status }: WebhookEndpointEntity): object {
  return { host: new URL(url).host, types, status };
}

function entry(action: string, id: WebhookEndpointId, rest: Pick<AuditEntry, 'before' | 'after'>): AuditEntry {
  const target = { type: 'webhook endpoint', id: encodeId('whe', id) };
  return { action: `webhook_endpoint.${action}`, target, ...rest };
}
