export { EventEntity } from './event.entity.js';
export type { DomainEvent, RecordedEvent } from './event.js';
export { EventLog, type LoggedChanges } from './event-log.js';
export { EventView } from './event.view.js';
export { Outbox } from './outbox.js';
export { OutboxModule } from './outbox.module.js';
