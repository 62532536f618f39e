import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { accountFor, asAccount } from '../../tools/servers/account.js';
import { startGuarded, type GuardedProcess } from '../../tools/servers/guarded-process.js';
import { freePort } from '../../tools/servers/ports.js';

const DEBIAN = '/usr/lib/rabbitmq/bin';
/** A start takes some seconds of CPU time. */
const READY = { timeout: 90_000, interval: 250 };

/** The folder of RabbitMQ's own scripts. Debian has it as the package `rabbitmq-server`; .ci/run installs it. */
export const rabbitmq = existsSync(path.join(DEBIAN, 'rabbitmq-server')) ? DEBIAN : undefined;

export type RabbitMq = Awaited<ReturnType<typeof startRabbitMq>>;

/** A RabbitMQ of the test's own, with a virtual host `/`, and its data on disk, so that a restart keeps what is durable. */
export async function startRabbitMq() {
  const directory = await mkdtemp(path.join(tmpdir(), 'till-rabbitmq-'));
  const [port, distribution, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `till${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: path.join(directory, 'data'),
    RABBITMQ_LOG_BASE: path.join(directory, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: path.join(directory, 'pid'),
    RABBITMQ_CONFIG_FILE: path.join(directory, 'rabbitmq'),
    RABBITMQ_CONF_ENV_FILE: path.join(directory, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(directory, 'plugins'),
    // As for Till: what nobody asks for costs no CPU.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
  };
  await mkdir(path.join(directory, 'data'));
  await writeFile(path.join(directory, 'rabbitmq.conf'), 'disk_free_limit.absolute = 1MB\n');
  await writeFile(path.join(directory, 'plugins'), '[].\n');
  const account = accountFor(directory);
  const own = async (name: string) => account && chown(path.join(directory, name), account.uid, account.gid);
  for (const name of ['', 'data', 'rabbitmq.conf', 'plugins']) await own(name);

  const logFile = path.join(directory, 'server.log');
  const started = (file: string, args: readonly string[]) => {
    const [command, all] = asAccount(account, file, args);
    return startGuarded({ command, args: all, env, cwd: directory, logFile, stopSignal: 'SIGTERM' });
  };
  /** Runs a command of `rabbitmqctl`. */
  const control = async (...words: string[]): Promise<string> => {
    const [command, args] = asAccount(account, path.join(DEBIAN, 'rabbitmqctl'), ['--quiet', ...words]);
    return (await promisify(execFile)(command, args, { env, cwd: directory })).stdout;
  };

  const names = await started('/usr/bin/epmd', ['-port', String(epmdPort), '-address', '127.0.0.1']);
  let server: GuardedProcess;
  const start = async (): Promise<void> => {
    server = await started(path.join(DEBIAN, 'rabbitmq-server'), []);
    await vi.waitFor(async () => {
      if (server.exit() !== undefined) return;
      await control('await_startup', '--timeout', '60');
    }, READY);
    expect(server.exit(), `RabbitMQ has ended; its log is ${logFile}`).toBeUndefined();
  };
  /** Ends it at once, as a lost machine does. */
  const kill = async (): Promise<void> => {
    process.kill(-server.pid, 'SIGKILL');
    await server.exited;
  };
  await start();
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    control,
    start,
    kill,
    stop: async () => {
      await server.stop();
      await names.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
