export { PeriodicJob } from './routine.js';
