import { encodeId, type SessionId } from '../../shared/ids.js';
import type { SessionEntity } from './session.entity.js';
import type { SessionView } from './session.view.js';

/** `current` is the session that the request belongs to. */
export function presentSession(session: SessionEntity, current: SessionId | undefined): SessionView {
  return {
    id: encodeId('ses', session.id),
    device: session.device,
    address: session.address,
    current: session.id === current,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}
