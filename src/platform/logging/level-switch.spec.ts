import { expect, it } from 'vitest';
import { switchLevel } from './level-switch.js';
import { createLogger, Logger } from './logger.js';

it('The level rises in steps, and returns to the configured one', () => {
  const lines: string[] = [];
  const pino = createLogger('info', { write: (line) => void lines.push(line) });
  const logger = new Logger(pino);
  const levels = [switchLevel(), switchLevel(), switchLevel()].map((level) => {
    logger.debug(level);
    return level;
  });
  expect(levels).toEqual(['debug', 'trace', 'configured']);
  expect(pino.level).toBe('info');
  expect(lines).toEqual([]); // all three lines came after the level was back
  switchLevel();
  logger.debug('seen');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['seen']);
});
