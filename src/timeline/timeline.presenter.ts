import { encodeId, type Id, type IdPrefix, type UserId } from '../shared/ids.js';
import type { TimelineEntry } from './timeline.repository.js';
import { prefixes, type TimelineEntryView } from './timeline.view.js';

const aggregatePrefixes: Readonly<Record<string, IdPrefix>> = {
  payment: 'pay',
  ledger_transaction: 'txn',
  product: 'prd',
};

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
