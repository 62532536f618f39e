import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { builtEntry } from '../../support/build.js';
import { limited, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

const FEW = 2000;

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  await builtEntry('main.js');
  database = await createDatabase();
  env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
}, 240_000);
afterAll(() => database?.drop());

const line = `only ${FEW} files and connections may be open at once, and each client takes one`;

it.each(['main.js', 'worker.js'] as const)(
  '%s says at its start that few files may be open, and serves',
  async (name) => {
    const process = await startBuilt(name, env, FEW);
    try {
      await vi.waitUntil(() => process.log().some(({ msg }) => msg === line), { timeout: 10_000 });
      const said = process.log().find(({ msg }) => msg === line);
      expect(said).toMatchObject({ level: 'warn', hint: expect.stringMatching(/4096 or more.*LimitNOFILE/) as string });
      expect((await fetch(`${process.url}/health/live`)).status).toBe(200);
    } finally {
      expect(await process.stop()).toBe(0);
    }
  },
);

it('till doctor says so as well', async () => {
  const [command, ...args] = limited(FEW, [process.execPath, await builtEntry('cli.js'), 'doctor']);
  const ran = await promisify(execFile)(command, args, { env: { ...process.env, ...env } }).catch(
    (error: unknown) => error,
  );
  expect((ran as { stdout: string }).stdout).toMatch(
    new RegExp(`^problem +file descriptors +${line}\\n +Raise the limit to 4096 or more`, 'm'),
  );
});
