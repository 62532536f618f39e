export { EventLogApiModule } from './event-log.api.module.js';
export { EventLogEntity, EventSequenceEntity } from './event-log.entity.js';
export { EventLogModule } from './event-log.module.js';
export { EventLogRepository, type LoggedEvent } from './event-log.repository.js';
export { presentLoggedEvent } from './logged-event.presenter.js';
export type { LoggedEventView } from './logged-event.view.js';
