import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Forbidden, NotYours } from '../../shared/errors.js';
import type { ApiKeyId, SessionId, UserId } from '../../shared/ids.js';
import type { Permission } from '../../shared/permissions.js';

/** The sender of a request, with their permissions. */
export interface Caller {
  /** The person; of a key, whoever made it. */
  readonly userId: UserId;
  readonly permissions: ReadonlySet<Permission>;
  /** The session of the access token. */
  readonly sessionId?: SessionId;
  /** How long ago the person last showed who they are, in seconds. */
  readonly signInAgeSeconds?: number;
  /** Whether the account has a second factor; then each of its sessions started with one. */
  readonly hasSecondFactor?: boolean;
  /** Set when a machine calls with an API key. */
  readonly apiKey?: CallingKey;
}

export interface CallingKey {
  readonly id: ApiKeyId;
  /** The key's own rate limit; the one of people if absent. */
  readonly requestsPerMinute: number | undefined;
}

/** The caller, as a controller's argument. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<{ user: Caller }>().user,
);

/** @throws Forbidden if the caller lacks the permission */
export function assertPermitted(caller: Caller, permission: Permission): void {
  if (!caller.permissions.has(permission)) throw new Forbidden(permission);
}

/** Whether something of this owner is the caller's own. Nothing is an API key's own: it needs permissions for everything. */
export function isOwn(caller: Caller, ownerId: UserId): boolean {
  return caller.userId === ownerId && !caller.apiKey;
}

/**
 * Another person's resource does not exist for a caller without the permission (404, not 403).
 * @throws NotFound
 */
export function assertOwnOr(caller: Caller, ownerId: UserId, permission: Permission, what: string): void {
  if (!isOwn(caller, ownerId) && !caller.permissions.has(permission)) throw new NotYours(what);
}
