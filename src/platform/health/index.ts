export { assertReady, tryToWrite } from './database-probe.js';
export { Degradations, DegradationsModule } from './degradations.js';
export { Draining } from './draining.js';
export { HealthService } from './health.service.js';
export { HealthModule } from './health.module.js';
export { httpStatusOf } from './health.view.js';
export { endWhenSuspended } from './shop-watch.js';
export { NotReady, SUSPENDED } from './not-ready.js';
export { ShopSuspended, waitForDatabase } from './wait-for-database.js';
