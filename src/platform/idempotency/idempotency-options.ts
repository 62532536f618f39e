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
  /** For public routes: the person that a request's body is about, such as the e-mail address that registers. */
  readonly anonymousScope?: (body: unknown) => string | undefined;
  /** Makes the response body from the handler's result. */
  readonly present?: (result: never) => unknown;
  /** Whether the handler's result shows something in progress, so that a repeat gets the present state. */
  readonly isProvisional?: (result: never) => boolean;
  /** Decides what a repeat gets. Without it, every caller who passes the guards gets the stored response. */
  readonly replays?: Type<Replays>;
}

/** The metadata key of the options. */
export const OPTIONS = Symbol('idempotent');
