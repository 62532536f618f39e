import { counter } from '../platform/metrics/index.js';
import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import type { DisabledReason } from './domain/endpoint-health.js';
import type { EndpointDisabledEventData } from './webhook-message.view.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

export const disabledCounter = counter(
  'till_webhook_endpoints_disabled_total',
  'Webhook endpoints that Till gave up.',
  {
    reason: ['gone', 'failing', 'not_permitted'],
  },
);

/** Till gave an endpoint up. Its owner gets a mail. The path of its URL may have a secret, and is left out. */
export function endpointDisabled(
  { id, ownerId, url, failingSince, version }: WebhookEndpointEntity,
  reason: DisabledReason,
): DomainEvent {
  const endpointId = encodeId('whe', id);
  return {
    type: 'webhook_endpoint.disabled',
    aggregate: { type: 'webhook_endpoint', id: endpointId, version },
    data: {
      endpointId,
      ownerId: encodeId('usr', ownerId),
      host: new URL(url).host,
      reason,
      failingSince: failingSince?.toISOString() ?? null,
    } satisfies EndpointDisabledEventData,
  };
}
