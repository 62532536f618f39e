import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import type { User } from './user.entity.js';

/**
 * Somebody opened an account of their own: the welcome mail hangs on it. Accounts that staff or the demo data make
 * tell nothing, since nobody there is waiting to be welcomed. Name and address stay out: events are never erased.
 */
export function userRegistered({ id, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.registered', aggregate: { type: 'user', id: userId, version }, data: { userId } };
}
