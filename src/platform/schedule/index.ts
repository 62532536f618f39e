export { Routine } from './routine.js';
