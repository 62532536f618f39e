import { InvalidConfig } from '../config/index.js';
import { DomainError } from '../../shared/errors.js';
import { DatabaseUnavailable, explainDatabase, MigrationRefused } from '../database/index.js';
import { describeError, reasonOf, switchLevel } from '../logging/index.js';

export const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/** Until there is something to shut down in order. Process 1 of a container is not ended by a signal that it ignores. */
export function stopAtOnce(): void {
  process.exit(143);
}

/** A command refuses to run; the message says why and what to do. */
export class CommandRefused extends Error {}

/**
 * Runs work that ends in order when the process is told to stop: `signal` aborts, the work undoes what is half done, and the process
 * exits with the status of the signal. A second signal ends the process immediately.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const status = { SIGTERM: 143, SIGINT: 130 } as const;
  let received: (typeof stopSignals)[number] | undefined;
  const onSignal = (name: (typeof stopSignals)[number]) => {
    if (received) process.exit(status[name]);
    received = name;
    stop.abort();
  };
  for (const name of stopSignals) process.off(name, stopAtOnce).on(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!received) throw error;
    process.stderr.write('Interrupted. Nothing is half done; run it again.\n');
    return process.exit(status[received]);
  } finally {
    for (const name of stopSignals) process.off(name, onSignal).on(name, stopAtOnce);
  }
}

/**
 * Runs a program until it ends or only serves. An error is printed to stderr as a plain message, and the exit status is 1.
 */
export async function runProcess(program: () => Promise<void>): Promise<void> {
  for (const signal of stopSignals) process.on(signal, stopAtOnce);
  // Without a listener this signal would end the process.
  process.on('SIGUSR2', () => void process.stderr.write(`The log level is now: ${switchLevel()}\n`));
  try {
    await program();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** Errors that people can fix themselves, printed without a stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = [InvalidConfig, CommandRefused, MigrationRefused].some((kind) => error instanceof kind);
  if (said) return error.message;
  if (error instanceof DatabaseUnavailable && error.cause instanceof Error) return explain(error.cause);
  if (error instanceof DomainError) return inWords(error);
  return hint(error) ?? described(error);
}

/** Describes an error by the allow list of the log. */
function described(error: Error): string {
  const { stack } = describeError(error);
  return `${reasonOf(error)}\n${String(stack)}`;
}

function inWords({ message, violations }: DomainError): string {
  return violations
    ? violations.map(({ pointer, message: what }) => `${pointer.slice(1)} ${what}`).join('\n')
    : message;
}

function hint(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${reasonOf(error)}\nAnother process has that port. Stop it, or set PORT, ADMIN_PORT or WORKER_PORT.`;
  if (code === 'EACCES' && /listen/.test(error.message))
    return `${reasonOf(error)}\nThis user may not listen there: set PORT, ADMIN_PORT or WORKER_PORT.`;
  return explainDatabase(error);
}
