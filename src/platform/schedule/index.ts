export { PeriodicJob } from './periodic-job.js';
export { WorkLog } from './work-log.schedule.js';
