import { expect, it } from 'vitest';
import { sourcesOf } from './order-conditions.js';

it.each([
  [{}, 1],
  [{ paymentStatus: 'unpaid' }, 4],
  [{ paymentStatus: 'unpaid', customerId: 'x' }, 1],
  [{ fulfillmentStatus: 'unfulfilled' }, 4],
  [{ fulfillmentStatus: 'unfulfilled', status: 'confirmed' }, 1],
  [{ fulfillmentStatus: 'fulfilled', paymentStatus: 'disputed' }, 1],
] as const)('Orders with %j are in %i places', (filter, places) => {
  expect(sourcesOf(filter as never)).toHaveLength(places);
});
