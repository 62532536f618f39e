import { encodeId } from '../../shared/ids.js';
import type { PasskeyEntity } from './passkey.entity.js';
import type { PasskeyView } from './passkey.view.js';

export function presentPasskey({ id, name, isSynced, createdAt, lastUsedAt }: PasskeyEntity): PasskeyView {
  const times = { createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
  return { id: encodeId('psk', id), name, synced: isSynced, ...times };
}
