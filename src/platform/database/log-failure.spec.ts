import { describe, expect, it } from 'vitest';
import { createLogger, Logger } from '../logging/index.js';
import { DatabaseUnavailable } from './errors.js';
import { logFailure } from './log-failure.js';

/** The one line that is left in the log, as it stands there. */
function logged(error: unknown): string {
  const lines: string[] = [];
  const logger = new Logger(createLogger('info', { write: (line) => void lines.push(line) }));
  logFailure(logger, 'request failed', error, { path: '/v1/orders' });
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
const terminated = new Error('Connection terminated unexpectedly');

describe('a failure in the log', () => {
  it.each([
    ['a database that refuses connections', new DatabaseUnavailable(refused), 'AggregateError ECONNREFUSED'],
    ['a connection that broke', new DatabaseUnavailable(terminated), terminated.message],
    ['the same, as the driver says it', terminated, terminated.message],
  ])('of %s is a warning with the reason, without a stack', (_, error, reason) => {
    const line = logged(error);
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', msg: 'request failed', path: '/v1/orders', reason });
    expect(line).not.toContain('stack');
  });

  it('of any other kind is an error with its stack', () => {
    const line = JSON.parse(logged(new Error('no such column'))) as { level: string; err: { stack: string } };
    expect(line.level).toBe('error');
    expect(line.err.stack).toContain('log-failure.spec');
  });
});
