import { encodeId, type UserId } from '../../shared/ids.js';
import type { RecordedEvent } from './event.js';

/** An event's envelope as clients see it: what happened, to what, when, who did it and with which request. */
export function presentEvent({ id, type, createdAt, aggregate, data, actorId, requestId }: RecordedEvent) {
  const actor = actorId === null ? null : encodeId('usr', actorId as UserId);
  return { id: encodeId('evt', id), type, createdAt, aggregate, data, actorId: actor, requestId };
}
