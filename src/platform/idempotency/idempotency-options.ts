import type { Type } from '@nestjs/common';
import type { Replays } from './replays.js';

export interface IdempotencyOptions {
  /** Whether a request without a key is refused (400); the default. */
  readonly required?: boolean;
  /**
   * The handler makes its own transactions, so it is not wrapped in one. Where it makes several (it calls a provider in
   * between), it must find what an earlier run with the same `requestKey` left, and go on from there; its last transaction
   * hands the result to `keepAnswer`. Where one transaction has the whole effect, that one calls `assertUnanswered` with its
   * first reads and hands the result to `keepSoleAnswer`.
   */
  readonly resumable?: boolean;
  /** For public routes: whom a request's body concerns, such as the e-mail address that registers. */
  readonly anonymousScope?: (body: unknown) => string | undefined;
  /** Makes the body of what the handler returns. */
  readonly present?: (result: never) => unknown;
  /** Whether what the handler returns shows something under way, so that a repeat gets the present state. */
  readonly isProvisional?: (result: never) => boolean;
  /** Decides what a repeat gets; without it, whoever passes the guards gets the kept answer. */
  readonly replays?: Type<Replays>;
}

/** Where the decorator leaves the options for the interceptor. */
export const OPTIONS = Symbol('idempotent');
