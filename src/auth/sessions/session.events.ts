import type { DomainEvent } from '../../platform/outbox/index.js';
import type { SessionEventData } from '../auth-event.view.js';
import { encodeId, type SessionId, type UserId } from '../../shared/ids.js';

/** A refresh token was used after it had been replaced: somebody else may have it, so the session ended. */
export function refreshTokenReused(id: SessionId, userId: UserId): DomainEvent {
  const sessionId = encodeId('ses', id);
  return {
    type: 'session.refresh_token_reused',
    aggregate: { type: 'session', id: sessionId, version: 1 },
    data: { sessionId, userId: encodeId('usr', userId) } satisfies SessionEventData,
  };
}
