import type { Level, LevelWithSilent, Logger as Pino } from 'pino';

/** What each request for another level leads to; after the last one, the level of the configuration returns. */
const MORE = ['debug', 'trace'] as const satisfies Level[];

/** The loggers of this process, with the levels of the configuration. */
const loggers = new Map<Pino, LevelWithSilent>();
let step = 0;

/** Lets `switchLevel` change the level of this logger. */
export function watchLevel(logger: Pino): void {
  loggers.set(logger, logger.level as LevelWithSilent);
}

/** Changes the level of all loggers of the process: to `debug`, then to `trace`, then back to the configured one. Returns the new one. */
export function switchLevel(): string {
  step = (step + 1) % (MORE.length + 1);
  for (const [logger, configured] of loggers) logger.level = step === 0 ? configured : MORE[step - 1]!;
  return step === 0 ? 'configured' : MORE[step - 1]!;
}
