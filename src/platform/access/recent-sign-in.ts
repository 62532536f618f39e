import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Config } from '../config/index.js';
import { RecentSignInRequired } from './access.errors.js';
import type { Caller } from './caller.js';
import { remembered } from './remembered.js';

const RECENT_SIGN_IN = Symbol('recent sign-in');
/** How old a sign-in may be before a sensitive change, in seconds. */
const RECENT_SECONDS = 600;

/** `minutes`: ten of them. `shift`: STAFF_SIGN_IN_SECONDS, so that staff sign in once a day for what they do often. */
export type SignInWindow = 'minutes' | 'shift';

/** The route needs a recent sign-in: nobody uses a session that was left open, or a token that was stolen. */
export const RequireRecentSignIn = (window: SignInWindow = 'minutes') => SetMetadata(RECENT_SIGN_IN, window);

/** Returns how recent a sign-in the route needs; `undefined` for any. */
export const needsRecentSignIn = remembered((reflector, context) =>
  reflector.get<SignInWindow | undefined>(RECENT_SIGN_IN, context.getHandler()),
);

/**
 * Asks for a sign-in at most so old. API keys are no sign-ins: what they may do is what somebody chose for them.
 * @throws RecentSignInRequired
 */
export function assertRecentSignIn({ apiKey, signInAgeSeconds }: Caller, withinSeconds = RECENT_SECONDS): void {
  if (apiKey || (signInAgeSeconds !== undefined && signInAgeSeconds <= withinSeconds)) return;
  throw new RecentSignInRequired(withinSeconds);
}

/** Asks for a recent sign-in on routes with `@RequireRecentSignIn()`; runs after authentication. */
@Injectable()
export class RecentSignInGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const window = needsRecentSignIn(this.reflector, context);
    if (!window) return true;
    const withinSeconds = window === 'shift' ? this.config.staffSignInSeconds : RECENT_SECONDS;
    assertRecentSignIn(context.switchToHttp().getRequest<{ user: Caller }>().user, withinSeconds);
    return true;
  }
}
