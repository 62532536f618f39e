export { EventLogApiModule } from './event-log.api.module.js';
export { EventLogEntity, EventSequenceEntity } from './event-log.entity.js';
export { EventLogModule } from './event-log.module.js';
