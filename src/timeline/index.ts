export { TimelineModule } from './timeline.module.js';
