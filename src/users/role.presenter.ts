import { permissions, permissionsOf, type Role, roleDescriptions } from '../platform/access/index.js';
import type { RoleEntity } from './role.entity.js';
import type { RoleView } from './role.view.js';

export function presentRole({ name, description, permissions: held }: RoleEntity): RoleView {
  return { name, description, permissions: permissions.filter((one) => held.includes(one)), builtIn: false };
}

export function presentBuiltInRole(name: Role): RoleView {
  return { name, description: roleDescriptions[name], permissions: [...permissionsOf([name])], builtIn: true };
}
