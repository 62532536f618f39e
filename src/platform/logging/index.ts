export { createLogger, createRequestLogger, Logger, stderr } from './logger.js';
export { LoggingModule } from './logging.module.js';
export { currentRequest, inRequest, type RequestContext } from './request-context.js';
