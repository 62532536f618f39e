import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import type { User } from './user.entity.js';

/**
 * Somebody opened an account of their own: the welcome mail hangs on it. Accounts that staff or the demo data make
 * tell nothing, since nobody there is waiting to be welcomed.
 */
export function userRegistered({ id, email, name, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.registered', aggregate: { type: 'user', id: userId, version }, data: { userId, email, name } };
}
