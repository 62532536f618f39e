import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Forbidden, NotFound } from '../../shared/errors.js';
import type { SessionId, UserId } from '../../shared/ids.js';
import type { Permission } from '../../shared/permissions.js';

/** The sender of a request, with their permissions. */
export interface Caller {
  readonly userId: UserId;
  readonly permissions: ReadonlySet<Permission>;
  /** The session of the access token. */
  readonly sessionId?: SessionId;
}

/** The caller, as a controller's argument. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<{ user: Caller }>().user,
);

/** @throws Forbidden if the caller lacks the permission */
export function assertPermitted(caller: Caller, permission: Permission): void {
  if (!caller.permissions.has(permission)) throw new Forbidden(permission);
}

/**
 * Another person's resource does not exist for a caller without the permission (404, not 403).
 * @throws NotFound
 */
export function assertOwnOr(caller: Caller, ownerId: UserId, permission: Permission, what: string): void {
  if (caller.userId !== ownerId && !caller.permissions.has(permission)) throw new NotFound(what);
}
