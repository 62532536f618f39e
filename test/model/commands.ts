import { type Arbitrary, array, constant, constantFrom, integer, nat, oneof, option, record, tuple } from 'fast-check';
import type { Fault } from './faults.js';
import { type Job, jobs } from './till.js';

/**
 * What a run does, as data: so that it can be printed, shrunk and played again. A number that names an order, a payment,
 * a product or a request counts those that are there, over and over.
 */
export type Command =
  | RequestCommand
  | { readonly do: 'again'; readonly request: number; readonly times: number }
  | { readonly do: 'both'; readonly one: RequestCommand; readonly other: RequestCommand | WorkCommand }
  | { readonly do: 'decide'; readonly payment: number; readonly decision: 'approve' | 'refuse' }
  | { readonly do: 'dispute'; readonly payment: number; readonly ends: 'won' | 'lost' }
  | WorkCommand
  | CourierCommand
  | { readonly do: 'wait'; readonly seconds: number };

export interface WorkCommand {
  readonly do: 'work';
  readonly job: Job;
  readonly fault?: Fault;
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
    }
  | {
      readonly do: 'pay';
      readonly order: number;
      readonly method: string;
      readonly capture: 'automatic' | 'manual';
      readonly part: number | null;
    }
  | { readonly do: 'capture' | 'refund'; readonly payment: number; readonly part: number | null }
  | { readonly do: 'void'; readonly payment: number }
  | { readonly do: 'cancel' | 'fulfil'; readonly order: number; readonly pieces: readonly number[] | null }
) & {
  readonly fault?: Fault;
  /** How many times the request is sent at once, under one key. */
  readonly times: number;
};

export const methods = `
  pm_ok pm_ok pm_ok pm_declined pm_insufficient_funds pm_requires_action pm_pending pm_timeout_charged pm_timeout_dropped
  pm_error_5xx pm_webhook_duplicate pm_webhook_reordered pm_dispute pm_dispute_won store_credit`
  .trim()
  .split(/\s+/);

/** Small numbers count from the newest of what the command fits; this one takes anything, mostly in vain. */
export const ANYTHING = 5;
const which = nat({ max: ANYTHING });
const part = option(constantFrom(10, 33, 50, 100, 120), { freq: 2 });
/** What breaks does so at any transaction or call; the provider is silent before or after a call. */
const fault: Arbitrary<Fault> = oneof(
  record({ step: nat({ max: 9 }), how: constantFrom('cut' as const, 'die' as const) }),
  record({ step: nat({ max: 1 }), how: constantFrom('silent' as const, 'held' as const, 'refuse' as const) }),
);
/** What follows an authorization meets a silent provider more often than anything else. */
const silence: Arbitrary<Fault> = record({
  step: nat({ max: 1 }),
  how: constantFrom('silent' as const, 'held' as const, 'held' as const, 'refuse' as const),
});
const inFlight = {
  fault: option(oneof(fault, silence), { nil: undefined, freq: 2 }),
  times: constantFrom(1, 1, 1, 1, 1, 3),
};
const mishaps = {
  fault: option(fault, { nil: undefined, freq: 2 }),
  times: constantFrom(1, 1, 1, 1, 1, 3),
};

const requests = {
  place: record({
    do: constant('place' as const),
    customer: nat({ max: 1 }),
    lines: array(record({ product: nat({ max: 2 }), quantity: integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    ...mishaps,
  }),
  pay: record({
    do: constant('pay' as const),
    order: which,
    method: constantFrom(...methods),
    capture: constantFrom('automatic' as const, 'manual' as const),
    part,
    ...mishaps,
  }),
  operate: record({ do: constantFrom('capture' as const, 'refund' as const), payment: which, part, ...inFlight }),
  giveUp: record({ do: constant('void' as const), payment: which, ...inFlight }),
  change: record({
    do: constantFrom('cancel' as const, 'fulfil' as const, 'fulfil' as const),
    order: which,
    pieces: option(array(nat({ max: 2 }), { minLength: 1, maxLength: 2 })),
    ...mishaps,
  }),
};
const request: Arbitrary<RequestCommand> = oneof(
  { weight: 3, arbitrary: requests.place },
  { weight: 7, arbitrary: requests.pay },
  { weight: 6, arbitrary: requests.operate },
  { weight: 2, arbitrary: requests.giveUp },
  { weight: 3, arbitrary: requests.change },
) as Arbitrary<RequestCommand>;

const work = record({
  do: constant('work' as const),
  job: constantFrom(...jobs),
  fault: option(fault, { nil: undefined, freq: 2 }),
}) as Arbitrary<WorkCommand>;

const command: Arbitrary<Command> = oneof(
  { weight: 20, arbitrary: request },
  {
    weight: 5,
    arbitrary: record({
      do: constant('both' as const),
      one: request,
      other: oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: work }),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      do: constant('again' as const),
      request: which,
      times: constantFrom(1, 4),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      do: constant('decide' as const),
      payment: which,
      decision: constantFrom('approve' as const, 'approve' as const, 'refuse' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      do: constant('dispute' as const),
      payment: which,
      ends: constantFrom('won' as const, 'lost' as const),
    }),
  },
  { weight: 6, arbitrary: work },
  {
    weight: 4,
    arbitrary: record({
      do: constant('webhooks' as const),
      shuffle: nat({ max: 1000 }),
      copies: constantFrom(1, 1, 2),
      loses: constantFrom(0, 0, 0, 1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      do: constant('wait' as const),
      seconds: constantFrom(1, 3, 6, 40, 400, 1000, 4000, 8 * 86_400),
    }),
  },
);

/** What an order begins with in most runs, so that there is money to be captured, given back and disputed. */
const opening = record({
  do: constant('pay' as const),
  order: constant(0),
  method: constantFrom('pm_ok', 'pm_ok', 'pm_requires_action', 'pm_dispute_won', 'pm_webhook_duplicate'),
  capture: constantFrom('automatic' as const, 'automatic' as const, 'manual' as const),
  part: constantFrom(null, null, 50),
  times: constant(1),
}) as Arbitrary<RequestCommand>;

/** The commands of one run: the first makes an order, so that there is something to do. */
export const commands: Arbitrary<Command[]> = tuple(
  requests.place,
  option(opening, { nil: undefined, freq: 3 }),
  array(command, { minLength: 5, maxLength: 40, size: 'max' }),
).map(([first, paid, rest]) => [{ ...first, fault: undefined, times: 1 } as Command, ...(paid ? [paid] : []), ...rest]);
