import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a command to its end, or to ours, and returns its standard output. When it fails, the error carries what it said.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function runToEnd(command, args, options = {}) {
  const running = execute(command, args, { ...options, maxBuffer: 64 * 1024 * 1024 });
  const kill = () => running.child.kill();
  process.once('exit', kill);
  try {
    return (await running).stdout;
  } catch (error) {
    const said = [error.stdout, error.stderr].map((text) => text?.trim()).filter(Boolean);
    throw new Error(`${path.basename(command)} failed: ${said.join('\n') || error.message}`, { cause: error });
  } finally {
    process.off('exit', kill);
  }
}
