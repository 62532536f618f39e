import { encodeId } from '../../shared/ids.js';
import type { AuditEntryEntity } from './audit-entry.entity.js';
import type { AuditEntryView } from './audit-entry.view.js';

export function presentAuditEntry(entry: AuditEntryEntity): AuditEntryView {
  return {
    ...entry,
    id: encodeId('aud', entry.id),
    actorId: entry.actorId && encodeId('usr', entry.actorId),
    apiKeyId: entry.apiKeyId && encodeId('key', entry.apiKeyId),
    createdAt: entry.createdAt.toISOString(),
  };
}
