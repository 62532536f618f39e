import type { AuditEntry } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import type { ApiKeyEntity } from './api-key.entity.js';

/** What the audit log says of a key that was made, revoked or rotated; `before` is the key before its rotation. */
export function keyMoved(
  action: 'created' | 'revoked' | 'rotated',
  key: ApiKeyEntity,
  before?: ApiKeyEntity,
): AuditEntry {
  return {
    action: `api_key.${action}`,
    target: { type: 'api key', id: encodeId('key', key.id) },
    ...(action === 'revoked' ? { before: contentOf(key) } : { after: contentOf(key) }),
    ...(before && { before: contentOf(before) }),
  };
}

function contentOf(key: ApiKeyEntity): object {
  const { scopes, addresses, requestsPerMinute, expiresAt, previousExpiresAt } = key;
  const content = { ownerId: encodeId('usr', key.ownerId), scopes, addresses, requestsPerMinute, expiresAt };
  return previousExpiresAt ? { ...content, previousExpiresAt } : content;
}
