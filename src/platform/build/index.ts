export { besideCode, isMadeByBuild, madeByBuild, version } from './build.js';
