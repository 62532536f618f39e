import { fulfil, place } from './ordering.js';
import { operate, pay } from './paying.js';
import { ask, askToCancel, cancelAlone, decide } from './approving.js';
import { refund, retry } from './refunding.js';
import { type Answered, type Begun, BY_PROVIDER, type Made, type Prices, type Request } from './request.js';
import type { World } from './world.js';

/**
 * How a request begins in this world. `made` is the id of the order or payment it makes, `paid` that of the payment it makes
 * besides an order.
 */
export function begin(world: World, request: Request, { made, paid }: Made, prices: Prices): Begun {
  switch (request.do) {
    case 'place':
      return placeAndPay(world, request, { made, paid }, prices);
    case 'pay':
      return pay(world, request, made);
    case 'refund':
      return refund(world, request);
    case 'capture':
    case 'void':
      return operate(world, request);
    case 'retry':
      return retry(world, request);
    case 'ask':
      return ask(world, request, made);
    case 'approve':
    case 'reject':
      return decide(world, request);
    case 'cancel':
      return cancelAlone(world, request);
    case 'askToCancel':
      return askToCancel(world, request, made);
    case 'fulfil':
      return fulfil(world, request);
  }
}

/** In one transaction: a payment that is refused leaves no order. */
function placeAndPay(world: World, request: Request & { do: 'place' }, { made, paid }: Made, prices: Prices): Begun {
  const placed = place(world, request, made, prices);
  if (placed.refused !== undefined || !request.pays) return placed;
  return pay(placed.world, { do: 'pay', order: made, capture: 'automatic', ...request.pays }, paid);
}

/** Every order in which the two steps of one and the two of the other may come. */
const orders = ['aabb', 'bbaa', 'abab', 'abba', 'baab', 'baba'];

/** The worlds that two requests at once may have led to, each in one order of their steps that explains both answers. */
export function worldsAfter(world: World, a: Answered, b: Answered, prices: Prices): World[] {
  return orders.flatMap((order) => after(world, order, { a, b }, prices) ?? []);
}

/** The world after these steps; undefined when an answer would have been another. */
export function after(
  world: World,
  steps: string,
  requests: Readonly<Record<string, Answered>>,
  prices: Prices,
): World | undefined {
  const begun = new Map<string, Begun>();
  for (const name of steps) {
    const { request, made, paid, refused } = requests[name]!;
    const before = begun.get(name);
    if (before) {
      if (before.refused === undefined) world = before.finish(world);
      continue;
    }
    const step = begin(world, request, { made, paid }, prices);
    const isDeclined = refused === BY_PROVIDER;
    if (step.refused !== (isDeclined ? undefined : refused)) return undefined;
    begun.set(name, isDeclined && step.refused === undefined ? { ...step, finish: step.decline! } : step);
    if (step.refused === undefined) world = step.world;
  }
  return world;
}
