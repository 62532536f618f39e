import { encodeId, type UserId } from '../../shared/ids.js';
import type { LoggedEvent } from './event-log.repository.js';
import type { LoggedEventView } from './logged-event.view.js';

export function presentLoggedEvent(event: LoggedEvent): LoggedEventView {
  const { id, type, createdAt, aggregateType, aggregateId, aggregateVersion, data, actorId, requestId } = event;
  return {
    id: encodeId('evt', id),
    sequence: event.sequence,
    type,
    createdAt: createdAt.toISOString(),
    aggregate: { type: aggregateType, id: aggregateId, version: aggregateVersion },
    data,
    actorId: actorId === null ? null : encodeId('usr', actorId as UserId),
    requestId,
  };
}
