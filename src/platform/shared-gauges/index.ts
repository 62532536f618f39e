export { SharedGauges } from './shared-gauges.js';
export { SharedGaugesModule } from './shared-gauges.module.js';
