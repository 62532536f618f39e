export { describeError, Fault, reasonOf } from './describe-error.js';
export { loggedPath } from './logged-path.js';
export { createLogger, createRequestLogger, Logger, stderr } from './logger.js';
export { TypeOrmLogger } from './typeorm-logger.js';
export { logUncaught } from './uncaught.js';
export { LoggingModule } from './logging.module.js';
export { currentRequest, inRequest, type RequestContext } from './request-context.js';
export { switchLevel } from './level-switch.js';
export { type AddressInLog, loggedAddress, traceIdIn } from './request-line.js';
