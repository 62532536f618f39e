import type { AuditEntry } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import type { RoleEntity } from './role.entity.js';
import type { User } from './user.entity.js';

/** Staff made an account. */
export function userCreated({ id, roles, status }: User): AuditEntry {
  return { action: 'user.created', target: targetOf(id), after: { roles, status } };
}

/** The values of roles and status; of name and e-mail address only that they changed, because the log is kept. */
export function userChanged(before: User, after: User): AuditEntry {
  const changed = (['email', 'name'] as const).filter((field) => before[field] !== after[field]);
  return {
    action: 'user.changed',
    target: targetOf(after.id),
    before: { roles: before.roles, status: before.status },
    after: { roles: after.roles, status: after.status, ...(changed.length > 0 && { changed }) },
  };
}

/** The personal data of an account was erased. */
export function userErased(id: User['id']): AuditEntry {
  return { action: 'user.erased', target: targetOf(id) };
}

/** Its owner gave an account another address, or took it back to one that it had. */
export function emailReplaced(how: 'changed' | 'restored', id: User['id']): AuditEntry {
  return { action: `user.email_${how}`, target: targetOf(id), actorId: id };
}

/** Somebody has a new password: by its owner (changed, or reset by a mail), or by an operator. */
export function passwordSet(id: User['id'], actorId?: User['id']): AuditEntry {
  return { action: 'user.password_set', target: targetOf(id), ...(actorId && { actorId }) };
}

/** By its owner, with the token of a mail about a way into the account that somebody else added. */
export function passwordEnded(id: User['id']): AuditEntry {
  return { action: 'user.password_ended', target: targetOf(id), actorId: id };
}

export function roleMoved(
  action: 'created' | 'changed' | 'deleted',
  before: RoleEntity | undefined,
  after: RoleEntity | undefined,
): AuditEntry {
  return {
    action: `role.${action}`,
    target: { type: 'role', id: (after ?? before)!.name },
    ...(before && { before: contentOf(before) }),
    ...(after && { after: contentOf(after) }),
  };
}

const contentOf = ({ description, permissions }: RoleEntity) => ({ description, permissions });
const targetOf = (id: User['id']) => ({ type: 'user', id: encodeId('usr', id) });
