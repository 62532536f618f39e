import { encodeId } from '../shared/ids.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import type { WebhookEndpointView } from './webhook-endpoint.view.js';

export function presentWebhookEndpoint(endpoint: WebhookEndpointEntity): WebhookEndpointView {
  const { url, description, types, httpSignatures, status, disabledReason, failures, version } = endpoint;
  return {
    id: encodeId('whe', endpoint.id),
    ownerId: encodeId('usr', endpoint.ownerId),
    url,
    description,
    types,
    httpSignatures,
    status,
    disabledReason,
    failures,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    pausedUntil: endpoint.pausedUntil?.toISOString() ?? null,
    version,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
  };
}
