export { busyShops, forgetChanges, hearOfChanges, isQuiet, noteChange, onChange, quietPause } from './activity.js';
export { Alarm } from './alarm.js';
export { pauseAfter } from './pace.js';
export { PeriodicJob } from './periodic-job.js';
export { WorkLog } from './work-log.schedule.js';
