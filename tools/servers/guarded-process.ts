import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Receives the output, appended. */
  readonly logFile: string;
  /** Asks the process to end in order; after 20 seconds it is killed. */
  readonly stopSignal: NodeJS.Signals;
  /** Removed when we are killed and can't clean up ourselves. */
  readonly temporaryDirectory?: string | undefined;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves with a phrase like "exit code 1" or "SIGKILL" when the process has ended, whoever ended it. */
  readonly exited: Promise<string>;
  /** The phrase once it has ended. */
  exit(): string | undefined;
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 20_000;
const running = new Set<GuardedProcess>();
let closed = false;

/**
 * Starts a process that Ctrl-C in our terminal does not reach (its own session: we stop things in order), and that does
 * not outlive us either: a guard ends it as soon as we are gone, even by kill -9.
 */
export async function startGuarded(options: Command): Promise<GuardedProcess> {
  if (closed) throw new Error('Stopping: nothing is started any more.');
  const child = await spawnDetached(options);
  const pid = child.pid as number;
  const guard = startGuard(options.stopSignal, pid, options.temporaryDirectory);
  let exit: string | undefined;
  const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    exit = typeof signal === 'string' ? signal : `exit code ${code}`;
    running.delete(guarded);
    return exit;
  });
  const stop = async (): Promise<void> => {
    if (exit === undefined) await end(child, options.stopSignal, exited);
    await dismiss(guard);
  };
  const guarded = { pid, exited, exit: () => exit, stop };
  running.add(guarded);
  return guarded;
}

/** Stops whatever is still running, the last started first. Nothing can be started from then on. */
export async function stopAll(): Promise<void> {
  closed = true;
  for (const guarded of [...running].toReversed()) await guarded.stop();
}

/** Kills whatever is still running, at once. */
export function killAll(): void {
  closed = true;
  for (const { pid } of running) process.kill(pid, 'SIGKILL');
}

async function spawnDetached({ command, args, env, cwd, logFile }: Command): Promise<ChildProcess> {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', log, log] });
    await once(child, 'spawn');
    return child;
  } finally {
    closeSync(log);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals, exited: Promise<string>): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  child.kill(signal);
  await exited;
  clearTimeout(timer);
}

/** Waits for its end, so that nothing is left of it where nobody reaps orphans. */
async function dismiss(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  const exited = once(guard, 'exit');
  guard.ref();
  guard.kill('SIGKILL');
  await exited;
}

/**
 * Waits for the end of its input, a pipe that only we hold: it closes when we end, however we end. A process that has ended
 * but that nobody has reaped (state Z in proc_pid_stat(5)) counts as gone.
 */
const GUARD = `
unreaped() { read -r stat <"/proc/$1/stat" && case $stat in *') Z '*) ;; *) false ;; esac; }
gone() { ! kill -0 "$1" || unreaped "$1"; }
read -r _
kill -s "$1" "$2"
i=0; until gone "$2" || [ $i -ge ${STOP_WITHIN_MS / 100} ]; do sleep 0.1; i=$((i + 1)); done
kill -s KILL "$2"
[ -z "$3" ] || rm -rf "$3"`;

function startGuard(stopSignal: NodeJS.Signals, pid: number, temporaryDirectory = ''): ChildProcess {
  const args = ['-c', GUARD, 'till-guard', stopSignal.replace('SIG', ''), String(pid), temporaryDirectory];
  const guard = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}
