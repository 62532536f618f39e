export {
  type Access,
  accessOf,
  BeforeSecondFactor,
  isBeforeSecondFactor,
  needsVerifiedEmail,
  OwnOr,
  PerField,
  Public,
  RequirePermission,
  RequireVerifiedEmail,
  SignedIn,
} from './access.decorator.js';
export { NotForApiKeys, RecentSignInRequired } from './access.errors.js';
export {
  assertRecentSignIn,
  needsRecentSignIn,
  RecentSignInGuard,
  RequireRecentSignIn,
  type SignInWindow,
} from './recent-sign-in.js';
export { assertMayCall, PermissionGuard } from './access.guard.js';
export { assertOwnOr, assertPermitted, type Caller, CurrentCaller, isOwn } from './caller.js';
export { DeclaredAccess } from './declared-access.js';
export {
  isRole,
  type Permission,
  permissions,
  permissionsOf,
  type PermissionDoc,
  permissionDocs,
  type Role,
  roleDescriptions,
  roles,
  rolesWith,
} from '../../shared/permissions.js';
