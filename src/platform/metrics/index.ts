export { counter } from './counter.js';
export { measureDisk } from './disk.js';
export { type Combined, forgetShop, gauge, type Measure } from './gauge.js';
export { measureRequests } from './http-metrics.js';
export { type Counts, growth, readCounts } from './work-summary.js';
export { MetricsModule } from './metrics.module.js';
export { currentShop, inShop } from './shop-scope.js';
