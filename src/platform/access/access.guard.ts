import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { assertPermitted, type Caller } from './caller.js';
import type { Permission } from '../../shared/permissions.js';

const PUBLIC = Symbol('public');
const PERMISSION = Symbol('permission');
const VERIFIED_EMAIL = Symbol('verified email');

interface PublicOptions {
  /**
   * Whether the route does not look at the Authorization header at all: it says the same to everybody, or whoever calls may
   * send a header of another system's. By default an access token that is not valid is refused also where none is needed:
   * its holder would otherwise be shown what strangers see, without a word.
   */
  readonly ignoresToken?: boolean;
}

/** The route needs no access token. */
export const Public = ({ ignoresToken = false }: PublicOptions = {}) =>
  applyDecorators(SetMetadata(PUBLIC, { ignoresToken }), ApiExtension('x-public', true));

/** The route needs this permission. Without the decorator, any signed-in caller may call it. */
export const RequirePermission = (permission: Permission) => SetMetadata(PERMISSION, permission);

/** The route needs a confirmed e-mail address, where the configuration says so. */
export const RequireVerifiedEmail = () => SetMetadata(VERIFIED_EMAIL, true);

/** Whether the route needs a confirmed e-mail address. */
export function needsVerifiedEmail(reflector: Reflector, context: ExecutionContext): boolean {
  return (
    reflector.getAllAndOverride<true | undefined>(VERIFIED_EMAIL, [context.getHandler(), context.getClass()]) ?? false
  );
}

/** Returns the options of a public route; `undefined` for other routes. */
export function publicAccess(reflector: Reflector, context: ExecutionContext): Required<PublicOptions> | undefined {
  return reflector.getAllAndOverride<Required<PublicOptions> | undefined>(PUBLIC, [
    context.getHandler(),
    context.getClass(),
  ]);
}

/** Refuses callers without the permission that the route asks for; runs after authentication. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const permission = this.reflector.getAllAndOverride<Permission>(PERMISSION, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (permission) assertPermitted(context.switchToHttp().getRequest<{ user: Caller }>().user, permission);
    return true;
  }
}
