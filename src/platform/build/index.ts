export { version } from './build.js';
