import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { assertPermitted, type Caller } from './caller.js';
import type { Permission } from './permissions.js';

const PUBLIC = Symbol('public');
const PERMISSION = Symbol('permission');

/** The route answers without an access token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));

/** The route needs this permission; without the decorator any signed-in caller may call it. */
export const RequirePermission = (permission: Permission) => SetMetadata(PERMISSION, permission);

export function isPublic(reflector: Reflector, context: ExecutionContext): boolean {
  return reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()]) ?? false;
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
