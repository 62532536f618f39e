export { EventEntity } from './event.entity.js';
export type { DomainEvent, RecordedEvent } from './event.js';
export { ChangeLog, type LoggedChanges } from './change-log.js';
export type { EventDocs } from './event-doc.js';
export { EventsDeleted } from './outbox.errors.js';
export { AggregateView, EventView } from './event.view.js';
export { LogGrowth } from './log-growth.js';
export { Outbox } from './outbox.js';
export { OutboxModule } from './outbox.module.js';
