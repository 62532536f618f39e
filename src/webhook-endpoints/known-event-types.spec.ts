import { describe, expect, it } from 'vitest';
import { ValidationFailed } from '../shared/errors.js';
import { KnownEventTypes } from './known-event-types.js';

const known = new KnownEventTypes(['order.placed', 'order.cancelled', 'refund.failed']);
function refusals(...filters: string[]) {
  try {
    known.assertKnown(filters);
  } catch (error) {
    if (error instanceof ValidationFailed)
      return error.violations?.map(({ pointer, message }) => `${pointer} ${message}`);
    throw error;
  }
  return [];
}

describe('A filter of events', () => {
  it('is known if a type passes it', () => expect(refusals('*', 'order.*', 'refund.failed')).toEqual([]));

  it('with a slip is refused, with what the thing has', () =>
    expect(refusals('order.placed', 'order.plced')).toEqual([
      '/types/1 matches no event; there are order.placed, order.cancelled',
    ]));

  it('of a thing that there is not is refused, with what there is', () =>
    expect(refusals('orders.*')).toEqual(['/types/0 matches no event; there are events of order, refund']));
});
