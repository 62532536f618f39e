import { ApiProperty } from '@nestjs/swagger';
import { EventView } from '../platform/outbox/index.js';
import type { IdPrefix } from '../shared/ids.js';
import type { TimelinePart } from './timeline.repository.js';

/** The parts of a timeline, each with the prefix of its ids. */
export const prefixes: Readonly<Record<TimelinePart, IdPrefix>> = {
  event: 'evt',
  provider_call: 'att',
  webhook: 'pwh',
  ledger: 'txn',
  stock: 'stm',
};

/** An entry as clients see it: an event's envelope, and the kind of record that it comes from. */
export class TimelineEntryView extends EventView {
  @ApiProperty({
    enum: Object.keys(prefixes),
    description:
      'event: what changed. provider_call: an operation at a provider. webhook: a message from a provider. ' +
      'ledger: a ledger transaction. stock: a movement. Customers see only events.',
  })
  readonly part: TimelinePart;
}
