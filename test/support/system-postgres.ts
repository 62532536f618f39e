import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { hasCitus } from '../../tools/servers/citus.js';
import { findOnPath } from '../../tools/servers/executables.js';

const NEEDED = ['postgres', 'initdb', 'pg_dump', 'pg_restore'];
const DEBIAN = '/usr/lib/postgresql';

/**
 * The folder of a whole PostgreSQL of the system, with `pg_dump`, which npm's does not have: the newest one. Debian has it as the package
 * `postgresql`; .ci/run installs it.
 */
export const systemPostgres = folders().find(isWhole);

function isWhole(folder: string): boolean {
  return NEEDED.every((name) => existsSync(path.join(folder, name)));
}

function folders(): string[] {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one)) : [];
  const dump = findOnPath('pg_dump');
  return [...versions.map((version) => path.join(DEBIAN, version, 'bin')), ...(dump ? [path.dirname(dump)] : [])];
}

/** The same, where it has Citus too; nothing of the project needs it. */
export const systemCitus = folders().find((folder) => isWhole(folder) && hasCitus(folder));
