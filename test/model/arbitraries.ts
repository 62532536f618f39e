import { type Arbitrary, array, constant, constantFrom, nat, oneof, option, record, tuple } from 'fast-check';
import { disputeCourses, slowMethods } from './commands.js';
import type { Command, RequestCommand, WorkCommand } from './commands.js';
import type { Fault } from './flow.js';
import { capture, fault, request, requests, silence, which } from './request-arbitraries.js';
import { jobs } from './rounds.js';
import { difference, statement, statements } from './statement-arbitraries.js';

/** Handlers have few transactions, and each round few events. */
const handler: Arbitrary<Fault> = oneof(
  record({ step: nat({ max: 5 }), how: constantFrom('cut' as const, 'die' as const) }),
  record({ step: nat({ max: 2 }), how: constantFrom('fails' as const, 'slow' as const) }),
);
const stall: Arbitrary<Fault> = record({ step: nat({ max: 3 }), how: constant('stall' as const) });
const work = record({
  do: constant('work' as const),
  job: constantFrom(...jobs),
  fault: option(oneof({ weight: 3, arbitrary: fault }, { weight: 1, arbitrary: stall }), { nil: undefined, freq: 2 }),
  handler: option(handler, { nil: undefined, freq: 2 }),
}) as Arbitrary<WorkCommand>;

const one = {
  both: record({
    do: constant('both' as const),
    one: request,
    other: oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: work }),
  }),
  again: record({ do: constant('again' as const), request: which, times: constantFrom(1, 4) }),
  decide: record({
    do: constant('decide' as const),
    payment: which,
    decision: constantFrom('approve' as const, 'approve' as const, 'refuse' as const),
  }),
  dispute: record({
    do: constant('dispute' as const),
    payment: which,
    ends: constantFrom(...disputeCourses),
  }),
  webhooks: record({
    do: constant('webhooks' as const),
    shuffle: nat({ max: 1000 }),
    copies: constantFrom(1, 1, 2),
    loses: constantFrom(0, 0, 0, 1, 2),
  }),
  wait: record({
    do: constant('wait' as const),
    seconds: constantFrom(1, 3, 6, 40, 400, 1000, 4000, 8 * 86_400),
  }),
  comeBack: record({ do: constant('comeBack' as const) }),
  breakDown: record({ do: constant('breakDown' as const) }),
  goOn: record({ do: constant('goOn' as const) }),
} satisfies Record<string, Arbitrary<Command>>;

const command: Arbitrary<Command> = oneof(
  { weight: 20, arbitrary: request },
  { weight: 5, arbitrary: one.both },
  { weight: 2, arbitrary: one.again },
  { weight: 2, arbitrary: one.decide },
  { weight: 1, arbitrary: one.dispute },
  { weight: 6, arbitrary: work },
  { weight: 4, arbitrary: one.webhooks },
  { weight: 3, arbitrary: one.wait },
  { weight: 2, arbitrary: statement },
  { weight: 1, arbitrary: difference },
  { weight: 1, arbitrary: one.breakDown },
  { weight: 1, arbitrary: one.goOn },
);

const always = <T extends Command>(command: T): Arbitrary<Command[]> => constant([command]);
const soundly = (job: WorkCommand['job']): WorkCommand => ({ do: 'work', job });
const alone = (arbitrary: Arbitrary<Command>): Arbitrary<Command[]> => arbitrary.map((made) => [made]);
const inTurn = (...parts: Arbitrary<Command[]>[]): Arbitrary<Command[]> => tuple(...parts).map((made) => made.flat());
const silent = <T extends RequestCommand>(arbitrary: Arbitrary<T>): Arbitrary<Command[]> =>
  tuple(arbitrary, silence).map(([made, how]) => [{ ...made, fault: how, times: 1 } as Command]);

/** What the sandbox has to tell arrives, is looked at, and what is owed goes back. */
const told = oneof(always(soundly('inbox')), constant<Command[]>([soundly('inbox'), soundly('return')])).map(
  (rest): Command[] => [{ do: 'webhooks', shuffle: 0, copies: 1, loses: 0 }, ...rest],
);
/** Time passes, and the worker looks at what is due. */
const later = record({ seconds: constantFrom(6, 40, 400), job: constantFrom('resolve', 'resolveTwice') }).map(
  ({ seconds, job }): Command[] => [{ do: 'wait', seconds }, soundly(job as WorkCommand['job']), soundly('return')],
);
/** Mostly the newest thing that fits: what happens together concerns the same order. */
const newest = constantFrom(0, 0, 0, 1);
const about = <T extends Command>(
  arbitrary: Arbitrary<T>,
  name: 'order' | 'payment' | 'refund' | 'approval',
): Arbitrary<T> => tuple(arbitrary, newest).map(([made, index]) => ({ ...made, [name]: index }));
/** What is owed goes back within half a second, while the resolver takes five to ask. */
const returned = oneof(always(soundly('return')), constant<Command[]>([]));
/** The shopper's bank decides, and what is owed by then goes back. */
const approved = inTurn(alone(about(one.decide, 'payment')), told, returned);
const meanwhile = oneof(
  { weight: 4, arbitrary: alone(request) },
  { weight: 4, arbitrary: inTurn(alone(about(requests.cancel as Arbitrary<Command>, 'order')), returned) },
  { weight: 3, arbitrary: alone(about(requests.fulfil as Arbitrary<Command>, 'order')) },
  { weight: 4, arbitrary: approved },
  {
    weight: 3,
    arbitrary: always({ do: 'pay', order: 0, method: 'pm_ok', capture: 'automatic', part: null, times: 1 }),
  },
  { weight: 1, arbitrary: inTurn(alone(one.dispute), always({ do: 'wait', seconds: 1 }), told) },
  { weight: 2, arbitrary: oneof(always(soundly('return')), always(soundly('deliver')), told) },
);
const slowPayment = record({
  do: constant('pay' as const),
  order: constant(0),
  method: constantFrom(...slowMethods),
  capture,
  part: constantFrom(10, 33),
  times: constant(1),
});

const operation = silent(
  about(oneof(requests.operate, requests.refundPieces) as Arbitrary<RequestCommand & { do: 'refund' }>, 'payment'),
);

/** A new order, and a client whose payment or capture of it dies between its first transaction and its last. */
const newOrder = requests.place.map(
  (made): Command => ({ ...made, pays: null, fault: undefined, times: 1 }) as Command,
);
const plainly = { method: 'pm_ok', part: null, times: 1 } as const;
const left = tuple(newOrder, constantFrom('pay' as const, 'capture' as const), nat({ max: 3 }), capture).map(
  ([placed, what, step, how]): Command[] => {
    const dies = { fault: { step: step + 1, how: 'die' }, times: 1, part: null } as const;
    if (what === 'pay')
      return [placed, { do: 'leave', request: { ...plainly, ...dies, do: 'pay', order: 0, capture: how } }];
    const authorized = { ...plainly, do: 'pay', order: 0, capture: 'manual' } as const;
    return [placed, authorized, { do: 'leave', request: { ...dies, do: 'capture', payment: 0 } }];
  },
);
/** The order ends, by somebody or by time. */
const ended = oneof(
  alone(about(requests.cancel as Arbitrary<Command>, 'order')),
  constant<Command[]>([{ do: 'wait', seconds: 1000 }, soundly('expire')]),
);

/** A paid order and a refund of it that its provider refuses, or makes all the same once it has said that it knows nothing of it. */
const refused = tuple(
  newOrder,
  constantFrom('pm_webhook_duplicate' as const, 'pm_refund_fails_later' as const),
  oneof(requests.refundPieces, requests.operate),
  option(constantFrom(10, 33, 50), { freq: 3 }),
  constantFrom('refuse' as const, 'refuse' as const, 'refuse' as const, 'late' as const),
).map(([placed, method, made, part, how]): Command[] => [
  placed,
  { ...plainly, do: 'pay', order: 0, method, capture: 'automatic' },
  { ...made, do: 'refund', payment: 0, part, fault: { step: 0, how }, times: 1 } as Command,
]);
const triedAgain = oneof(
  { weight: 2, arbitrary: alone(about(requests.retry as Arbitrary<Command>, 'refund')) },
  { weight: 1, arbitrary: silent(about(requests.retry as Arbitrary<RequestCommand>, 'refund')) },
);
/** What a second person is asked to approve. */
const asked = oneof(
  alone(about(requests.ask as Arbitrary<Command>, 'payment')),
  alone(about(requests.askToCancel as Arbitrary<Command>, 'order')),
);
const decided = alone(about(requests.decide as Arbitrary<Command>, 'approval'));

/** What happens together in a shop, with anything else before, between and after it. */
const stories: readonly Arbitrary<Command[]>[] = [
  // A client goes away in the middle of a request, its order ends, and it comes back.
  inTurn(left, ended, oneof(meanwhile, later), alone(one.comeBack)),
  // While the provider is silent about something, people and the shopper go on; then its outcome is found out.
  inTurn(
    oneof(operation, operation, silent(about(requests.giveUp, 'payment')), silent(about(requests.pay, 'order'))),
    array(meanwhile, { minLength: 1, maxLength: 4, size: 'max' }).map((made) => made.flat()),
    later,
  ),
  // A refund is refused, or its money comes back, and people try it again while the shop goes on.
  inTurn(refused, oneof(meanwhile, later), triedAgain, oneof(meanwhile, later), triedAgain, later),
  // Statements come while money is on its way.
  inTurn(oneof(operation, meanwhile), statements, later, statements),
  // While a refund is on its way, another one is wanted: they count together.
  inTurn(
    alone(newOrder),
    always({ ...plainly, do: 'pay', order: 0, capture: 'automatic' }),
    silent(constant({ do: 'refund', payment: 0, part: 33, times: 1 } as RequestCommand)),
    always({ do: 'refund', payment: 0, part: 50, times: 1 }),
  ),
  // Somebody asks for a refund, the order goes its way, and a second person decides.
  inTurn(asked, meanwhile, decided, oneof(meanwhile, later), decided),
  // A dispute is opened, and decided, while the order goes its way.
  inTurn(
    alone(one.dispute),
    always({ do: 'wait', seconds: 1 }),
    told,
    meanwhile,
    always({ do: 'wait', seconds: 3 }),
    told,
  ),
  // The provider fails about some payments, and others are made.
  inTurn(
    array(slowPayment, { minLength: 2, maxLength: 3, size: 'max' }),
    always({ do: 'breakDown' }),
    alone(slowPayment),
    meanwhile,
    later,
    later,
  ),
  // A worker stops in the middle of a round, another takes its work over, and the first one goes on.
  inTurn(
    oneof(about(requests.operate, 'payment'), about(requests.pay, 'order')).map((made): Command[] => [
      { ...made, fault: { step: 0, how: 'late' }, times: 1 } as Command,
    ]),
    oneof(alone(about(requests.cancel as Arbitrary<Command>, 'order')), meanwhile),
    always({ do: 'wait', seconds: 6 }),
    alone(stall.map((how) => ({ do: 'work', job: 'resolve', fault: how }))),
    meanwhile,
    later,
    always({ do: 'goOn' }),
  ),
];

/** What an order begins with in most runs, so that there is money to be captured, given back and disputed. */
const opening = record({
  do: constant('pay' as const),
  order: constant(0),
  method: constantFrom(
    'pm_ok',
    'pm_ok',
    'pm_requires_action',
    'pm_requires_action',
    'pm_dispute_won',
    'pm_refund_fails_later',
    'pm_webhook_duplicate',
  ),
  capture: constantFrom('automatic' as const, 'automatic' as const, 'manual' as const),
  part: constantFrom(null, null, 50),
  times: constant(1),
}) as Arbitrary<RequestCommand>;

/** The commands of one run: the first makes an order, so that there is something to do. */
export const commands: Arbitrary<Command[]> = tuple(
  record({ do: constant('begin' as const), isLimited: constantFrom(false, true) }),
  requests.place,
  array(opening, { maxLength: 3, size: 'max' }),
  array(oneof({ weight: 6, arbitrary: alone(command) }, { weight: 1, arbitrary: oneof(...stories) }), {
    minLength: 4,
    maxLength: 24,
    size: 'max',
  }),
).map(([begin, first, paid, rest]) => [
  begin,
  { ...first, fault: undefined, times: 1 } as Command,
  ...(first.pays ? [] : paid),
  ...rest.flat(),
]);
