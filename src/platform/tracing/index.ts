export { traceRequests } from './trace-requests.js';
export { tracedStatements } from './trace-statements.js';
export { startTracing, stopTracing, traced, tracing, type TracingSettings } from './tracing.js';
