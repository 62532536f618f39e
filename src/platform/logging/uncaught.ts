import type { Logger } from './logger.js';

/**
 * Sends what would go to the terminal past the logger to the logger: errors that nobody caught (which end the process with 1),
 * warnings of Node, and what libraries write to the console. Node would print all that an error carries.
 */
export function logUncaught(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.error('an error that nobody caught ends the process', { err: error });
      process.exit(1);
    });
  }
  process.removeAllListeners('warning');
  process.on('warning', (warning) => logger.warn('a warning of Node', { err: warning }));
  for (const level of ['error', 'warn', 'info', 'log', 'debug', 'trace'] as const) {
    console[level] = (...said: unknown[]) => {
      const errors = said.filter((one) => one instanceof Error);
      if (errors.length === 0) logger.warn('a library wrote to the console', { context: level, words: said.length });
      for (const err of errors) logger.error('a library wrote an error to the console', { context: level, err });
    };
  }
}
