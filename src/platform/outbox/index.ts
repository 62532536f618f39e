export type { DomainEvent, RecordedEvent } from './event.js';
export { EventLog } from './event-log.js';
export { presentEvent } from './event.presenter.js';
export { EventView } from './event.view.js';
export { Outbox } from './outbox.js';
export { OutboxModule } from './outbox.module.js';
