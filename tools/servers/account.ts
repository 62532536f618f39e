import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The account that PostgreSQL runs as when we are root, because PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Undefined when we are an ordinary user. For root: the owner of the directory (the one who made the clone), else
 * `postgres` where that exists, else `nobody`, which every system has. No account is created.
 */
export function accountFor(directory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(nearestExisting(directory));
  if (owner.uid !== 0 && idOf('-nu', String(owner.uid)) !== undefined) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as.');
}

/**
 * The command line that runs a command as that account. On Linux the command keeps the one capability that lets it reach
 * its files although a directory above them may be closed to the account (a clone under /root or in a mktemp directory).
 * PostgreSQL asks access(2) about its binaries, which ignores capabilities unless `no_setuid_fixup` is set
 * (capabilities(7), SECBIT_NO_SETUID_FIXUP).
 */
export function asAccount(account: Account | undefined, command: string, args: readonly string[]): [string, string[]] {
  if (account === undefined) return [command, [...args]];
  const capability = reachCapability();
  const only = `-all,+${capability}`;
  const limits = [
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ];
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  return ['setpriv', [...identity, ...limits, '--', command, ...args]];
}

/** capabilities(7): 2 is reading and searching everywhere; a container often leaves root only 1, which includes it. */
function reachCapability(): string {
  const mine = BigInt(`0x${/^CapBnd:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  return (mine & 4n) === 0n ? 'dac_override' : 'dac_read_search';
}

function idOf(flag: string, who: string): string | undefined {
  try {
    return execFileSync('id', [flag, who], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(path.dirname(path.resolve(directory)));
}
