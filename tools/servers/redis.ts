import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath, tailOf } from './executables.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { freePort } from './ports.js';
import type { RunningServer } from './postgres.js';
import { downloadRedis } from './redis-download.js';

export interface RedisOptions {
  /** Working and log directory; made when missing. */
  readonly directory: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Removed when we are killed and can't do it ourselves. */
  readonly temporaryDirectory?: string;
  /** `redis.log` in the directory when absent. */
  readonly logFile?: string;
}

const ATTEMPTS = 5;

/**
 * Brings up Redis on 127.0.0.1, from PATH or else downloaded. It keeps nothing on disk: Redis is never the truth in Till, and
 * what was queued is queued again from the outbox. Throws, with one line saying what to do, where there is no Redis.
 */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const directory = path.resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const { server, port } = await launch(directory, options);
  return { url: `redis://127.0.0.1:${port}`, port, pid: server.pid, exited: server.exited, stop: server.stop };
}

/** Somebody may take the port between choosing and listening. */
async function launch(directory: string, options: RedisOptions): Promise<{ server: GuardedProcess; port: number }> {
  const onPath = findOnPath('redis-server');
  const { command, env } = onPath === undefined ? await downloadRedis() : { command: onPath, env: {} };
  const logFile = options.logFile ?? path.join(directory, 'redis.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const network = ['--port', String(port), '--bind', '127.0.0.1'];
    const storage = ['--dir', directory, '--save', '', '--appendonly', 'no', '--databases', '1024'];
    const server = await startGuarded({
      command,
      args: [...network, ...storage],
      logFile,
      cwd: directory,
      env: { ...process.env, ...env },
      stopSignal: 'SIGTERM',
      temporaryDirectory: options.temporaryDirectory,
    });
    if (await accepts(server, port)) return { server, port };
    const log = tailOf(logFile);
    await server.stop();
    if (attempt === ATTEMPTS || !/in use/.test(log))
      throw new Error(`Redis does not start. ${logFile} ends with\n${log}`);
  }
}

async function accepts(server: GuardedProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && server.exit() === undefined) {
    if (await answersPing(port)) return true;
    await sleep(20);
  }
  return false;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG')));
  });
}
