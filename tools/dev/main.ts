import { rmSync } from 'node:fs';
import { stopAll } from '../servers/guarded-process.js';
import { bringUp, type BringUpOptions } from './bring-up.js';
import { explain } from '../setup/explain.mjs';
import { tryLock } from '../setup/lock.mjs';
import { inHome } from '../servers/paths.js';
import { stopRequested } from '../servers/stop-request.js';
import type { StopStep } from './step.js';

type Lock = Extract<ReturnType<typeof tryLock>, { release: unknown }>;

/** Runs everything until it is told to stop, or until something fails for good; then stops what it started. */
export async function main(options: BringUpOptions = {}): Promise<void> {
  const stops: StopStep[] = [];
  let lock: Lock | undefined;
  try {
    lock = take(inHome('start.lock'));
    await Promise.race([stopRequested(), bringUp(stops, options)]);
  } catch (error) {
    console.error(`\n${explain(error)}`);
    process.exitCode = 1;
  }
  if (lock) await bringDown(stops);
  lock?.release();
  process.exit();
}

/** Throws when another start of this clone has it. */
function take(file: string): Lock {
  const lock = tryLock(file);
  if ('release' in lock) return lock;
  throw new Error(`Till already runs from this clone, as process ${lock.heldBy}. Stop that first: kill ${lock.heldBy}`);
}

async function bringDown(stops: readonly StopStep[]): Promise<void> {
  for (const { name, stop } of [...stops].toReversed()) {
    console.log(`Stopping ${name}`);
    await stop();
  }
  await stopAll(); // whatever was still on its way up
  rmSync(inHome('demo.json'), { force: true });
  if (stops.length > 0) console.log('Stopped everything that was started. The data stays in .till/');
}
