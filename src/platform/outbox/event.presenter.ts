import { encodeId, type UserId } from '../../shared/ids.js';
import type { RecordedEvent } from './event.js';
import type { EventView } from './event.view.js';

export function presentEvent(event: RecordedEvent): EventView {
  const { id, type, createdAt, aggregate, data, actorId, requestId } = event;
  return {
    id: encodeId('evt', id),
    type,
    createdAt: createdAt.toISOString(),
    aggregate,
    data,
    actorId: actorId === null ? null : encodeId('usr', actorId as UserId),
    requestId,
  };
}
