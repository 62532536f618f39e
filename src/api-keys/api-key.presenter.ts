import { encodeId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';
import type { ApiKeyView, PreviousSecretView } from './api-key.view.js';

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
    lastUsedAt: latest(key.lastUsedAt, key.previousLastUsedAt)?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
    rotatedAt: key.rotatedAt?.toISOString() ?? null,
    previous: presentPrevious(key),
  };
}

/** The secret before, until it ends. */
function presentPrevious(key: ApiKeyEntity): PreviousSecretView | null {
  const { previousPrefix, previousExpiresAt, previousLastUsedAt } = key;
  if (!previousExpiresAt || previousExpiresAt.getTime() <= Date.now()) return null;
  return {
    prefix: `till_live_${previousPrefix}`,
    expiresAt: previousExpiresAt.toISOString(),
    lastUsedAt: previousLastUsedAt?.toISOString() ?? null,
  };
}

function latest(one: Date | null, other: Date | null): Date | null {
  return !one || (other && other > one) ? other : one;
}
