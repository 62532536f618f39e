import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOnPath } from '../../../tools/servers/executables.js';
import { inClone } from '../../../tools/servers/paths.js';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { buildClient } from '../../support/client.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';
import { asRunningRole } from '../../support/running-role.js';

const run = promisify(execFile);
const tsx = inClone('node_modules', 'tsx', 'dist', 'cli.mjs');

/** The tours, by what runs them: everything that is there. */
const tours: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ...Object.fromEntries(
    ['bash', 'zsh', 'sh']
      .filter((shell) => findOnPath(shell))
      .map((shell) => [shell, [shell, inClone('examples', 'tour.sh')]]),
  ),
  'the client': [process.execPath, tsx, inClone('examples', 'tour.ts')],
};

/** It shows what happened and that all agrees, and nothing that is missing. */
const WORKED = /^(?!.*(undefined|null|\[object))(?=.*order\.confirmed)(?=.*: true)/s;

describe('The tour of the README, with built processes on any port', () => {
  let database: TestDatabase;
  let processes: readonly BuiltProcess[] = [];
  let url: string;

  beforeAll(async () => {
    database = await createDatabase();
    const servers = { DATABASE_URL: asRunningRole(database.url), REDIS_URL: await redisDatabase() };
    // One person signs in thirteen times within a minute.
    const limits = { RATE_LIMIT_SCALE: '1000', RATE_LIMIT_SIGN_IN_PER_ACCOUNT: '100' };
    const env = { ...servers, NODE_ENV: 'test', LOG_LEVEL: 'info', ...limits };
    await buildClient();
    processes = await Promise.all([startBuilt('main.js', env), startBuilt('worker.js', env)]);
    url = processes[0]!.url;
    await runCli(['seed'], env);
  }, 240_000);
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()));
    await database?.drop();
  });

  const env = () => ({ ...process.env, TILL: url });
  async function takeTour(name: string): Promise<string> {
    const [command, ...words] = tours[name]!;
    const { stdout, stderr } = await run(command, words, { env: env(), encoding: 'utf8' });
    return stderr + stdout;
  }

  it.each(Object.keys(tours))('works in %s, and again', async (name) => {
    for (const said of [await takeTour(name), await takeTour(name)]) expect(said).toMatch(WORKED);
  });

  it('works again after a day of a retailer', async () => {
    const login = ['--base-url', url, '--email', 'admin@till.example', '--password', 'admin-demo-password'];
    const replay = [tsx, inClone('tools', 'replay', 'main.ts'), inClone('tools', 'replay', 'dirty-day.csv'), ...login];
    const { stdout } = await run(process.execPath, replay, { env: env(), encoding: 'utf8' });
    expect(stdout).toContain('agrees with the file to the penny');
    for (const name of Object.keys(tours)) expect(await takeTour(name)).toMatch(WORKED);
  }, 120_000);
});

it('The tour runs in bash and, where CI has installed it, in zsh', () => {
  expect(Object.keys(tours)).toEqual(expect.arrayContaining(['bash', 'the client']));
});
