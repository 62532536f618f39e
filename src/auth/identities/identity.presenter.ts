import { encodeId } from '../../shared/ids.js';
import type { IdentityEntity } from './identity.entity.js';
import type { IdentityView } from './identity.view.js';

export function presentIdentity({ id, issuer, createdAt, lastUsedAt }: IdentityEntity): IdentityView {
  const times = { createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
  return { id: encodeId('idn', id), issuer, ...times };
}
