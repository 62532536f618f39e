import { type Arbitrary, array, constant, constantFrom, integer, nat, oneof, option, record } from 'fast-check';
import { ANYTHING, methods, type RequestCommand } from './commands.js';
import type { Fault } from './flow.js';
import type { Extras } from './pricing.js';

export const which = nat({ max: ANYTHING });
const part = option(constantFrom(10, 33, 50, 100, 120), { freq: 2 });
/** What breaks does so at any transaction or call. */
export const broken: Arbitrary<Fault> = record({
  step: nat({ max: 9 }),
  how: constantFrom('cut' as const, 'die' as const),
});
export const fault: Arbitrary<Fault> = oneof(
  broken,
  record({
    step: nat({ max: 1 }),
    how: constantFrom('silent' as const, 'held' as const, 'late' as const, 'refuse' as const),
  }),
);
/** What follows an authorization meets a silent provider more often than anything else. */
export const silence: Arbitrary<Fault> = record({
  step: constantFrom(0, 0, 1),
  how: constantFrom('silent' as const, 'held' as const, 'held' as const, 'late' as const, 'refuse' as const),
});
const inFlight = {
  fault: option(oneof(fault, silence), { nil: undefined, freq: 2 }),
  times: constantFrom(1, 1, 1, 1, 1, 3),
};
const mishaps = {
  fault: option(fault, { nil: undefined, freq: 2 }),
  times: constantFrom(1, 1, 1, 1, 1, 3),
};
const pieces = option(array(nat({ max: 2 }), { minLength: 1, maxLength: 2 }));
export const capture = constantFrom('automatic' as const, 'manual' as const);

/** What staff add to an order. */
const extras: Arbitrary<Extras> = record({
  discount: option(
    oneof(record({ percent: constantFrom(10, 33, 50) }), record({ amount: constantFrom(1, 100, 500) })),
    { freq: 2 },
  ),
  charges: array(constantFrom(0, 7, 250), { maxLength: 2 }),
  abroad: constantFrom(false, true),
});

export const requests = {
  place: record({
    do: constant('place' as const),
    customer: nat({ max: 1 }),
    lines: array(record({ product: nat({ max: 2 }), quantity: integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    extras: option(extras, { nil: undefined, freq: 2 }),
    pays: option(record({ method: constantFrom(...methods), part }), { freq: 2 }),
    ...mishaps,
  }),
  pay: record({
    do: constant('pay' as const),
    order: which,
    method: constantFrom(...methods),
    capture,
    part,
    ...mishaps,
  }),
  operate: record({ do: constantFrom('capture' as const, 'refund' as const), payment: which, part, ...inFlight }),
  refundPieces: record({
    do: constant('refund' as const),
    payment: which,
    part: constant(null),
    pieces: array(nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
    ...inFlight,
  }),
  retry: record({ do: constant('retry' as const), refund: which, ...inFlight }),
  ask: record({ do: constant('ask' as const), payment: which, part, ...mishaps }),
  decide: record({
    do: constantFrom('approve' as const, 'approve' as const, 'reject' as const),
    approval: which,
    ...inFlight,
  }),
  giveUp: record({ do: constant('void' as const), payment: which, ...inFlight }),
  cancel: record({ do: constant('cancel' as const), order: which, pieces, ...mishaps }),
  askToCancel: record({ do: constant('askToCancel' as const), order: which, pieces, ...mishaps }),
  fulfil: record({
    do: constant('fulfil' as const),
    order: which,
    pieces,
    inSpite: constantFrom(false, false, true),
    ...mishaps,
  }),
};
export const request = oneof(
  { weight: 3, arbitrary: requests.place },
  { weight: 7, arbitrary: requests.pay },
  { weight: 6, arbitrary: requests.operate },
  { weight: 4, arbitrary: requests.refundPieces },
  { weight: 1, arbitrary: requests.retry },
  { weight: 1, arbitrary: requests.ask },
  { weight: 1, arbitrary: requests.decide },
  { weight: 2, arbitrary: requests.giveUp },
  { weight: 2, arbitrary: requests.cancel },
  { weight: 1, arbitrary: requests.askToCancel },
  { weight: 2, arbitrary: requests.fulfil },
) as Arbitrary<RequestCommand>;
