import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { accountFor, asAccount } from '../../tools/servers/account.js';
import { findOnPath } from '../../tools/servers/executables.js';
import { startGuarded } from '../../tools/servers/guarded-process.js';
import { freePort } from '../../tools/servers/ports.js';

/** Debian and macOS have it as the package `pgbouncer`; .ci/run installs it. */
export const pgbouncer = findOnPath('pgbouncer');

/** PgBouncer in transaction mode before the server of `databaseUrl`, with two sessions for all of its clients. `more`: lines of its settings. */
export async function startPgBouncer(databaseUrl: string, more = '') {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const directory = await mkdtemp(path.join(tmpdir(), 'till-pgbouncer-'));
  const port = await freePort();
  const [users, settings] = [path.join(directory, 'users.txt'), path.join(directory, 'pgbouncer.ini')];
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
server_lifetime = 2
${more}
`,
  );
  const account = accountFor(directory); // it does not run as root either
  if (account) for (const one of [directory, users, settings]) await chown(one, account.uid, account.gid);
  const [command, args] = asAccount(account, pgbouncer!, [settings]);
  const logFile = path.join(directory, 'pgbouncer.log');
  const server = await startGuarded({ command, args, logFile, stopSignal: 'SIGINT', temporaryDirectory: directory });
  await vi.waitFor(async () => expect(server.exit() ?? (await listens(port))).toBe(true), 10_000);
  const url = `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`;
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { url, stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
