import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RecentSignInRequired } from './access.errors.js';
import type { Caller } from './caller.js';

const RECENT_SIGN_IN = Symbol('recent sign-in');
/** How old a sign-in may be before a sensitive change, in seconds. */
export const RECENT_SECONDS = 600;

/** The route needs a sign-in at most 10 minutes old: nobody uses a session that was left open, or a token that was stolen. */
export const RequireRecentSignIn = () => SetMetadata(RECENT_SIGN_IN, true);

/** Whether the route needs a sign-in at most 10 minutes old. */
export function needsRecentSignIn(reflector: Reflector, context: Pick<ExecutionContext, 'getHandler'>): boolean {
  return reflector.get<true | undefined>(RECENT_SIGN_IN, context.getHandler()) ?? false;
}

/**
 * Asks for a sign-in at most 10 minutes old. API keys are no sign-ins: what they may do is what somebody chose for them.
 * @throws RecentSignInRequired
 */
export function assertRecentSignIn({ apiKey, hasRecentSignIn }: Caller): void {
  if (!apiKey && !hasRecentSignIn) throw new RecentSignInRequired();
}

/** Asks for a recent sign-in on routes with `@RequireRecentSignIn()`; runs after authentication. */
@Injectable()
export class RecentSignInGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (!needsRecentSignIn(this.reflector, context)) return true;
    assertRecentSignIn(context.switchToHttp().getRequest<{ user: Caller }>().user);
    return true;
  }
}
