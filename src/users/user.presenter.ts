import { encodeId } from '../shared/ids.js';
import { type User } from './user.entity.js';
import { UserView } from './user.view.js';

export function presentUser(user: User): UserView {
  return {
    id: encodeId('usr', user.id),
    email: user.email,
    emailVerified: Boolean(user.emailVerifiedAt),
    name: user.name,
    language: user.language,
    roles: user.roles,
    status: user.status,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}
