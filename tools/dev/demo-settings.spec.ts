import { expect, it } from 'vitest';
import { demoSettings } from './demo-settings.mjs';

const demo = { databaseUrl: 'postgres://demo', redisUrl: 'redis://demo' };

it('A command works on the demo that runs', () => {
  const settings = { NODE_ENV: 'development', DATABASE_URL: 'postgres://demo', REDIS_URL: 'redis://demo' };
  expect(demoSettings(demo, { PATH: '/bin' })).toEqual(settings);
});

it.each(['NODE_ENV', 'DATABASE_URL', 'DATABASE_URL_FILE', 'REDIS_URL', 'REDIS_URL_FILE'])(
  'A command whose caller set %s works where the caller says',
  (name) => {
    expect(demoSettings(demo, { [name]: 'x' })).toEqual({});
  },
);

it('A command without a demo has no settings but its own', () => {
  expect(demoSettings(undefined, {})).toEqual({});
});
