import { applyDecorators, type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Permission } from '../../shared/permissions.js';
import { AnswersEarly, type EarlyAnswers } from '../routes/index.js';
import { remembered } from './remembered.js';

/** Who may call a handler. */
export type Access =
  | { readonly kind: 'public'; readonly ignoresToken: boolean; readonly perField?: boolean }
  | { readonly kind: 'signed in' }
  | { readonly kind: 'own or permission'; readonly permission: Permission }
  | { readonly kind: 'permission'; readonly permission: Permission };

const ACCESS = Symbol('access');
const VERIFIED_EMAIL = Symbol('verified email');
const BEFORE_SECOND_FACTOR = Symbol('before second factor');

interface PublicOptions {
  /**
   * Whether the route does not look at the Authorization header at all: it says the same to everybody, or whoever calls may
   * send a header of another system's. By default an access token that is not valid is refused also where none is needed:
   * its holder would otherwise be shown what strangers see, without a word.
   */
  readonly ignoresToken?: boolean;
  /** What may answer from memory those who send no token, before the guards, which have nothing to say to them: see `answerEarly`. */
  readonly early?: Type<EarlyAnswers>;
}

/** The route needs no access token. */
export const Public = ({ ignoresToken = false, early }: PublicOptions = {}) =>
  applyDecorators(access({ kind: 'public', ignoresToken }), ...(early ? [AnswersEarly(early)] : []));

/** The route asks for permissions itself, for each field of its response; strangers get what is public. */
export const PerField = () => access({ kind: 'public', ignoresToken: false, perField: true });

/** The route is for every signed-in person, and concerns only their own account or nothing of anybody's. */
export const SignedIn = () => access({ kind: 'signed in' });

/** The route is for every signed-in person as far as something is their own; the service asks for the permission beyond that. */
export const OwnOr = (permission: Permission) => access({ kind: 'own or permission', permission });

/** The route needs this permission. */
export const RequirePermission = (permission: Permission) => access({ kind: 'permission', permission });

/** The route needs a confirmed e-mail address, where the configuration says so. */
export const RequireVerifiedEmail = () => SetMetadata(VERIFIED_EMAIL, true);

/** The route is one of those that somebody reaches whose role needs a second factor and who has none yet. */
export const BeforeSecondFactor = () => SetMetadata(BEFORE_SECOND_FACTOR, true);

/** Whether the route is for people whose second factor is still missing. */
export function isBeforeSecondFactor(reflector: Reflector, context: Pick<ExecutionContext, 'getHandler'>): boolean {
  return reflector.get<true | undefined>(BEFORE_SECOND_FACTOR, context.getHandler()) ?? false;
}

/** Whether the route needs a confirmed e-mail address. */
export function needsVerifiedEmail(
  reflector: Reflector,
  context: Pick<ExecutionContext, 'getHandler' | 'getClass'>,
): boolean {
  return (
    reflector.getAllAndOverride<true | undefined>(VERIFIED_EMAIL, [context.getHandler(), context.getClass()]) ?? false
  );
}

/** Returns the declaration of a handler, or else that of its controller; `undefined` if neither has one. */
export const accessOf = remembered((reflector, context) =>
  reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]),
);

function access(declared: Access) {
  return SetMetadata(ACCESS, declared);
}
