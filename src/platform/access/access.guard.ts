import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Access, accessOf } from './access.decorator.js';
import { NotForApiKeys } from './access.errors.js';
import { assertPermitted, type Caller } from './caller.js';

/** Refuses callers without the permission that the route asks for; runs after authentication. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(this.reflector, context);
    if (!access) throw new Error(`${context.getClass().name}.${context.getHandler().name} declares no access.`);
    if (access.kind !== 'public') assertMayCall(context.switchToHttp().getRequest<{ user: Caller }>().user, access);
    return true;
  }
}

/**
 * Nothing is an API key's own, so a key needs a permission where people need none for what is theirs.
 * @throws Forbidden, NotForApiKeys
 */
export function assertMayCall(caller: Caller, access: Exclude<Access, { kind: 'public' }>): void {
  if (access.kind === 'signed in') {
    if (caller.apiKey) throw new NotForApiKeys();
  } else if (access.kind === 'permission' || caller.apiKey) {
    assertPermitted(caller, access.permission);
  }
}
