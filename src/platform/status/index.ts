export type { ComponentStatus } from './availability.js';
export { ComponentChecks, ComponentChecksModule, stateOfAge } from './component-checks.js';
export { StatusApiModule, StatusWorkerModule } from './status.module.js';
