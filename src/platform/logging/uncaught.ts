import type { Logger } from './logger.js';

/**
 * Redirects output that bypasses the logger to it: uncaught errors (which end the process with 1, unless `isTaken` takes them), warnings of Node,
 * and console output of libraries. Node would print the whole content of an error.
 */
export function logUncaught(logger: Logger, isTaken: (error: unknown) => boolean = () => false): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      if (isTaken(error)) return;
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
