export { ExportsApiModule } from './exports.api.module.js';
export { ExportsRetention } from './exports-retention.schedule.js';
export { ExportRunner } from './export-runner.js';
export { ExportsWorkerModule } from './exports.worker.module.js';
