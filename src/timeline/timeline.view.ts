import { ApiProperty } from '@nestjs/swagger';
import { encodeId, type Id, type IdPrefix, type UserId } from '../shared/ids.js';
import { EventView } from '../platform/outbox/index.js';
import type { TimelineEntry, TimelinePart } from './timeline.repository.js';

const prefixes: Readonly<Record<TimelinePart, IdPrefix>> = {
  event: 'evt',
  provider_call: 'att',
  webhook: 'pwh',
  ledger: 'txn',
  stock: 'stm',
};
const aggregatePrefixes: Readonly<Record<string, IdPrefix>> = {
  payment: 'pay',
  ledger_transaction: 'txn',
  product: 'prd',
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

export function presentTimelineEntry(entry: TimelineEntry): TimelineEntryView {
  const { part, type, createdAt, aggregateType, aggregateId, aggregateVersion, data, actorId, requestId } = entry;
  const publicId = part === 'event' ? aggregateId : publicIdOf(aggregatePrefixes[aggregateType]!, aggregateId);
  return {
    id: publicIdOf(prefixes[part], entry.id),
    type,
    createdAt: createdAt.toISOString(),
    aggregate: { type: aggregateType, id: publicId, version: aggregateVersion },
    data,
    actorId: actorId === null ? null : encodeId('usr', actorId as UserId),
    requestId,
    part,
  };
}

const publicIdOf = (prefix: IdPrefix, id: string): string => encodeId(prefix, id as Id<IdPrefix>);
