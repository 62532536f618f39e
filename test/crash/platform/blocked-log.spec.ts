import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { builtEntry } from '../../support/build.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { redisDatabase } from '../../support/redis.js';

/** Ways in which stdout takes no line, by what a shell does with it. */
const ways = [
  ['main.js', 'a disk that is full', 'exec "$@" > /dev/full 2> /dev/full'],
  ['worker.js', 'a disk that is full', 'exec "$@" > /dev/full 2> /dev/full'],
  ['main.js', 'a pipe that nobody reads', 'exec "$@" > "$PIPE" 2> "$PIPE"'],
  ['main.js', 'a pipe that is broken', 'exec "$@" > >(exec true) 2> >(exec true)'],
] as const;

describe('A process', () => {
  let database: TestDatabase;
  let directory: string;
  beforeAll(async () => {
    database = await createDatabase();
    directory = await mkdtemp(path.join(tmpdir(), 'till-log-'));
  });
  afterAll(async () => {
    await database?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(ways)(
    '(%s) serves on and ends in order when stdout is %s',
    async (name, _, script) => {
      const port = String(await freePort());
      const pipe = path.join(directory, `pipe-${port}`);
      const listening = {
        HTTP_HOST: '127.0.0.1',
        PORT: port,
        WORKER_PORT: port,
        MAIL_DIRECTORY: inject('mailDirectory'),
      };
      const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
      const env = { ...process.env, ...listening, ...servers, NODE_ENV: 'test', LOG_LEVEL: 'trace', PIPE: pipe };
      // Somebody holds the pipe open for reading, and reads nothing.
      const hold = `mkfifo "$PIPE"; exec 9<>"$PIPE"; ${script}`;
      const child = spawn('bash', ['-c', hold, 'bash', process.execPath, await builtEntry(name)], {
        env,
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      const ask = (route: string) => fetch(`http://127.0.0.1:${port}${route}`, { signal: AbortSignal.timeout(2000) });
      await vi.waitFor(async () => expect((await ask('/health/ready')).status).toBe(200), 20_000);
      const dropped = async () => {
        await Promise.all(Array.from({ length: 300 }, async () => (await ask('/health/live')).arrayBuffer()));
        const metrics = await (await ask('/metrics')).text();
        return Number(/^till_log_lines_dropped_total (\d+)/m.exec(metrics)?.[1]);
      };
      await expect.poll(dropped, { timeout: 25_000 }).toBeGreaterThan(0);
      expect((await ask('/health/live')).status).toBe(200);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    },
    60_000,
  );
});

it('writes on when there is room again', async () => {
  const database = await createDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'till-log-'));
  const [port, pipe, file] = [String(await freePort()), path.join(directory, 'pipe'), path.join(directory, 'log')];
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const env = { ...process.env, ...servers, NODE_ENV: 'test', HTTP_HOST: '127.0.0.1', PORT: port, PIPE: pipe };
  const script = 'mkfifo "$PIPE"; exec 9<>"$PIPE"; exec "$@" > "$PIPE"';
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, await builtEntry('main.js')], {
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const ask = () => fetch(`http://127.0.0.1:${port}/problems/not_found`).then((answer) => answer.arrayBuffer());
  await vi.waitFor(ask, 20_000);
  for (let n = 0; n < 10; n++) await Promise.all(Array.from({ length: 200 }, ask));
  const reader = spawn('sh', ['-c', `exec cat "${pipe}" > "${file}"`], { stdio: 'ignore' });
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 }).toContain('"msg":"listening"');
  await ask();
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  reader.kill();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('{') || !line.endsWith('}'))).toEqual([]);
  expect(lines.length).toBeGreaterThan(2000);
  await database.drop();
  await rm(directory, { recursive: true, force: true });
}, 90_000);
