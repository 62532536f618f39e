import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findOnPath } from '../../tools/servers/executables.js';

/** How to get pgbench, which npm's PostgreSQL does not bring along. */
export const HOW_TO_INSTALL =
  'pgbench is missing, so the floor is not measured. Debian, Ubuntu: apt-get install postgresql-contrib; Fedora: ' +
  'dnf install postgresql-contrib; macOS: brew install postgresql.';

/** pgbench from PATH, or where Debian keeps it. */
export function findPgbench(): string | undefined {
  return findOnPath('pgbench') ?? debianPgbench();
}

/** The newest version's. */
function debianPgbench(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(root, version, 'bin', 'pgbench')).find((file) => existsSync(file));
}

/** Transactions per second from what pgbench prints at its end. @throws Error when it is not there */
export function transactionsPerSecond(output: string): number {
  const found = /^tps = ([\d.]+)/m.exec(output)?.[1];
  if (found === undefined) throw new Error(`pgbench did not say how fast it was:\n${output}`);
  return Number(found);
}

/** Latencies in ms from the lines of a transaction log (pgbench --log), whose third column is microseconds. */
export function latenciesOf(log: string): number[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line.split(' ')[2]) / 1000);
}
