import { encodeId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import type { ApiKeyView } from './api-key.view.js';

export function presentApiKey(key: ApiKeyEntity): ApiKeyView {
  return {
    id: encodeId('key', key.id),
    ownerId: encodeId('usr', key.ownerId),
    name: key.name,
    prefix: `till_live_${key.prefix}`,
    scopes: key.scopes,
    addresses: key.addresses,
    requestsPerMinute: key.requestsPerMinute,
    expiresAt: key.expiresAt.toISOString(),
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
  };
}
