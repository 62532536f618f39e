import type { DomainEvent } from '../platform/outbox/index.js';
import type { ExportRequestedEventData } from './export-event.view.js';
import { encodeId, type ExportId } from '../shared/ids.js';

export const EXPORT_REQUESTED = 'export.requested';

/** Somebody asked for a file, which the worker makes. */
export function exportRequested(id: ExportId): DomainEvent {
  const exportId = encodeId('exp', id);
  return {
    type: EXPORT_REQUESTED,
    aggregate: { type: 'export', id: exportId, version: 1 },
    data: { exportId } satisfies ExportRequestedEventData,
  };
}
