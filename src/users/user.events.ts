import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import type { User } from './user.entity.js';

/**
 * Somebody registered. The welcome mail follows from this event, so accounts made by staff or by the demo data do not
 * record it. Name and address are left out, because events are kept.
 */
export function userRegistered({ id, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.registered', aggregate: { type: 'user', id: userId, version }, data: { userId } };
}

/** The personal data of an account was erased, so that others who have some can do the same. */
export function userErased(id: User['id'], version: number): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.erased', aggregate: { type: 'user', id: userId, version }, data: { userId } };
}

/** Staff made an account for a colleague, who sets the first password by the token in the mail that follows. */
export function userInvited({ id, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.invited', aggregate: { type: 'user', id: userId, version }, data: { userId } };
}

/** Somebody registered with the address of this account. Its owner gets a mail; whoever it was learns nothing. */
export function registrationRepeated(id: UserId): DomainEvent {
  const userId = encodeId('usr', id);
  return { type: 'user.registration_repeated', aggregate: { type: 'user', id: userId, version: 1 }, data: { userId } };
}
