/**
 * One holder at a time per path, across processes. Plain JavaScript, because it is needed before dependencies exist.
 *
 * The lock is a symbolic link whose target names the holder: created in one step with its content, so that no reader
 * meets a half-written lock. A holder that died (kill -9, power cut) is recognised and its lock taken over.
 */
import fs from 'node:fs';
import path from 'node:path';

/**
 * Takes the lock, or says which process holds it.
 * @param {string} file
 * @returns {{ release: () => void } | { heldBy: number }}
 */
export function tryLock(file) {
  const holder = identityOf(process.pid);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (;;) {
    try {
      fs.symlinkSync(holder, file);
      return { release: () => releaseOwn(file, holder) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const other = readHolder(file);
    if (other === undefined) continue;
    if (isAlive(other)) return { heldBy: pidOf(other) };
    removeStale(file, other);
  }
}

/**
 * Waits until the lock is free. `onWait(pid)` is called once if it is not.
 * @param {string} file
 * @param {(pid: number) => void} onWait
 */
export async function waitForLock(file, onWait = () => {}) {
  for (let round = 0; ; round += 1) {
    const lock = tryLock(file);
    if ('release' in lock) return lock;
    if (round === 0) onWait(lock.heldBy);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

/**
 * True while the process that wrote this identity lives; a later process with the same pid does not count.
 * @param {string} identity
 */
export function isAlive(identity) {
  return identity === identityOf(pidOf(identity));
}

/**
 * The pid, and where the system tells it (Linux) the start time, which a reused pid does not share.
 * @param {number} pid
 * @returns {string | undefined} undefined when there is no such process, or only what remains of one nobody has reaped
 */
export function identityOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  const [state, ...rest] = readStat(pid);
  return state === 'Z' ? undefined : `${pid}:${rest[18] ?? ''}`;
}

/** proc_pid_stat(5) from field 3, the state, on: the name in field 2 may hold spaces, its parenthesis closes last. */
function readStat(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function pidOf(identity) {
  return Number.parseInt(identity, 10);
}

function readHolder(file) {
  try {
    return fs.readlinkSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Moves the lock aside before removing it: of two processes that saw the same dead holder, one only succeeds. */
function removeStale(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  fs.rmSync(aside, { force: true });
  if (moved !== undefined && moved !== dead) fs.symlinkSync(moved, file);
}

function releaseOwn(file, holder) {
  if (readHolder(file) === holder) fs.rmSync(file, { force: true });
}
