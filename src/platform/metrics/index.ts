export { gauge } from './gauge.js';
export { measureRequests } from './http-metrics.js';
export { MetricsModule } from './metrics.module.js';
