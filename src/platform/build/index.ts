export { besideCode, version } from './build.js';
