import type { Fault } from './flow.js';
import type { Extras } from './pricing.js';
import type { Job } from './rounds.js';

/**
 * What a run does, as data: so that it can be printed, shrunk and played again. A number that names an order, a payment,
 * a product or a request counts those that are there, over and over.
 */
export type Command =
  | RequestCommand
  /** The first of all: whether the run has a currency in which what goes back may need a second person. */
  | { readonly do: 'begin'; readonly isLimited: boolean }
  | { readonly do: 'again'; readonly request: number; readonly times: number }
  /** A client whose request is interrupted goes away. It comes back to what it left first, and sends it again under its key. */
  | { readonly do: 'leave'; readonly request: RequestCommand }
  | { readonly do: 'comeBack' }
  | { readonly do: 'both'; readonly one: RequestCommand; readonly other: RequestCommand | WorkCommand }
  | { readonly do: 'decide'; readonly payment: number; readonly decision: 'approve' | 'refuse' }
  | { readonly do: 'dispute'; readonly payment: number; readonly ends: DisputeCourse }
  /** The provider fails from now on when it is asked about what is under way; a worker that had stopped goes on. */
  | { readonly do: 'breakDown' | 'goOn' }
  | WorkCommand
  | CourierCommand
  | StatementCommand
  | DifferenceCommand
  | { readonly do: 'wait'; readonly seconds: number };

export interface WorkCommand {
  readonly do: 'work';
  readonly job: Job;
  readonly fault?: Fault;
  /** What strikes the handlers of events, where the job is to deliver them. */
  readonly handler?: Fault;
}

/**
 * What a statement shows of a day. `half`: the other lines come later; `wrong`: a movement with another amount; `twice`: one of them two
 * times; `strange`: money that Till knows nothing of, from now on; `sum`: a total that its lines don't have.
 */
export const statementViews = ['all', 'half', 'wrong', 'twice', 'strange', 'sum', 'withdrawn'] as const;
export type StatementView = (typeof statementViews)[number];

/** A day of the provider's statement is compared with the ledger. `day`: before, on or after the day of the run. */
export interface StatementCommand {
  readonly do: 'statement';
  readonly day: number;
  readonly shows: StatementView;
  /** Whether the provider takes its fees and pays out before. */
  readonly pays: boolean;
  /** How many times at once. */
  readonly times: number;
  readonly fault?: Fault | undefined;
}

/** Somebody sees to a difference that is open. */
export interface DifferenceCommand {
  readonly do: 'settle';
  readonly difference: number;
  readonly as: 'explained' | 'resolved' | 'posted';
  readonly fault?: Fault | undefined;
}

/** The sandbox's webhooks: in which order they arrive, how often each, and which are lost on their way. */
export interface CourierCommand {
  readonly do: 'webhooks';
  readonly shuffle: number;
  readonly copies: number;
  readonly loses: number;
}

/** `part`: so many per cent of what could be asked for, beyond 100 too much of it; null leaves the amount out. */
export type RequestCommand = (
  | {
      readonly do: 'place';
      readonly customer: number;
      readonly lines: readonly { readonly product: number; readonly quantity: number }[];
      /** What staff add who order for the customer. */
      readonly extras?: Extras | undefined;
      /** Pays in the same request. */
      readonly pays: { readonly method: string; readonly part: number | null } | null;
    }
  | {
      readonly do: 'pay';
      readonly order: number;
      readonly method: string;
      readonly capture: 'automatic' | 'manual';
      readonly part: number | null;
    }
  | {
      readonly do: 'capture' | 'refund';
      readonly payment: number;
      readonly part: number | null;
      /** Refunds so many pieces of each line and charge instead of an amount. */
      readonly pieces?: readonly number[] | undefined;
    }
  | { readonly do: 'void'; readonly payment: number }
  /** People try a refund again that its provider refused, or whose money came back. */
  | { readonly do: 'retry'; readonly refund: number }
  /** Somebody asks for a refund, and a second person decides on it. */
  | { readonly do: 'ask'; readonly payment: number; readonly part: number | null }
  | { readonly do: 'approve' | 'reject'; readonly approval: number }
  /** `askToCancel`: somebody asks for a cancellation, and a second person decides on it. */
  | { readonly do: 'cancel' | 'askToCancel'; readonly order: number; readonly pieces: readonly number[] | null }
  | {
      readonly do: 'fulfil';
      readonly order: number;
      readonly pieces: readonly number[] | null;
      /** Ships in spite of a dispute. */
      readonly inSpite: boolean;
    }
) & {
  readonly fault?: Fault;
  /** How many times the request is sent at once, under one key. */
  readonly times: number;
};

/** How a bank decides: an appeal may turn a decision around, and another one turn it back. */
export const disputeCourses = ['won', 'lost', 'lost_then_won', 'won_then_lost', 'lost_won_lost'] as const;
export type DisputeCourse = (typeof disputeCourses)[number];

export const methods = `
  pm_ok pm_ok pm_ok pm_declined pm_insufficient_funds pm_requires_action pm_pending pm_timeout_charged pm_timeout_dropped
  pm_error_5xx pm_webhook_duplicate pm_webhook_reordered pm_refund_fails_later pm_refund_fails_later pm_dispute pm_dispute_won
  pm_dispute_lost_then_won pm_dispute_won_then_lost pm_dispute_lost_won_lost store_credit`
  .trim()
  .split(/\s+/);

/** Payments by these are under way for a while. */
export const slowMethods = [
  'pm_pending',
  'pm_requires_action',
  'pm_timeout_charged',
  'pm_timeout_dropped',
  'pm_error_5xx',
];

/** Small numbers count from the newest of what the command fits; this one takes anything, mostly in vain. */
export const ANYTHING = 5;
