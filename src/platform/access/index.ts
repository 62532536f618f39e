export {
  needsVerifiedEmail,
  PermissionGuard,
  Public,
  publicAccess,
  RequirePermission,
  RequireVerifiedEmail,
} from './access.guard.js';
export { assertOwnOr, assertPermitted, type Caller, CurrentCaller } from './caller.js';
export { isRole, type Permission, permissions, permissionsOf, type Role, roles } from '../../shared/permissions.js';
