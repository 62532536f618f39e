import { InvalidConfig } from '../config/index.js';

/**
 * Runs a program to its end, or until it only serves. What stops it is said in plain words on stderr, and the exit
 * status is 1.
 */
export async function runProcess(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

/** People read a message; a stack helps only where nobody foresaw the error. */
function explain(error: unknown): string {
  if (error instanceof InvalidConfig) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${message}\nAnother process uses that port. Stop it, or set another one (PORT, WORKER_PORT).`;
  return stack ?? message;
}
