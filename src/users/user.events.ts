import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId, type FormerEmailId, type UserId } from '../shared/ids.js';
import type { User } from './user.entity.js';
import type { EmailChangedEventData, UserEventData } from './user-event.view.js';

/**
 * Somebody registered. The welcome mail follows from this event, so accounts made by staff or by the demo data do not
 * record it. Name and address are left out, because events are kept.
 */
export function userRegistered({ id, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return {
    type: 'user.registered',
    aggregate: { type: 'user', id: userId, version },
    data: { userId } satisfies UserEventData,
  };
}

/** The personal data of an account was erased, so that others who have some can do the same. */
export function userErased(id: User['id'], version: number): DomainEvent {
  const userId = encodeId('usr', id);
  return {
    type: 'user.erased',
    aggregate: { type: 'user', id: userId, version },
    data: { userId } satisfies UserEventData,
  };
}

/** Staff made an account for a colleague, who sets the first password by the token in the mail that follows. */
export function userInvited({ id, version }: User): DomainEvent {
  const userId = encodeId('usr', id);
  return {
    type: 'user.invited',
    aggregate: { type: 'user', id: userId, version },
    data: { userId } satisfies UserEventData,
  };
}

/** An account has another address. The one before gets a mail; both are left out, because events are kept. */
export function emailChanged({ id, version }: User, former: FormerEmailId): DomainEvent {
  const userId = encodeId('usr', id);
  const data = { userId, formerEmailId: encodeId('fem', former) } satisfies EmailChangedEventData;
  return { type: 'user.email_changed', aggregate: { type: 'user', id: userId, version: version + 1 }, data };
}

/** An account has another password, or a way to sign in more or less; its owner gets a mail. */
export function accessChanged(type: AccessChange, id: UserId): DomainEvent {
  const userId = encodeId('usr', id);
  return {
    type: `user.${type}`,
    aggregate: { type: 'user', id: userId, version: 1 },
    data: { userId } satisfies UserEventData,
  };
}

export type AccessChange =
  | 'password_changed'
  | 'second_factor_added'
  | 'second_factor_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'identity_linked'
  | 'identity_unlinked';

/** Somebody registered with the address of this account. Its owner gets a mail; whoever it was learns nothing. */
export function registrationRepeated(id: UserId): DomainEvent {
  const userId = encodeId('usr', id);
  return {
    type: 'user.registration_repeated',
    aggregate: { type: 'user', id: userId, version: 1 },
    data: { userId } satisfies UserEventData,
  };
}
