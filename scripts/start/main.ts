import { rmSync } from 'node:fs';
import { stopAll } from '../servers/guarded-process.js';
import { bringUp } from './bring-up.js';
import { tryLock } from './lock.mjs';
import { inHome } from './paths.js';
import { stopRequested } from './stop-request.js';
import type { StopStep } from './step.js';

/** Runs everything until it is told to stop, or until something fails for good; then stops what it started. */
export async function main(): Promise<void> {
  const lock = tryLock(inHome('start.lock'));
  if ('heldBy' in lock) {
    console.error(`Till already runs from this clone, as process ${lock.heldBy}. Stop that first: kill ${lock.heldBy}`);
    process.exit(1);
  }
  const stops: StopStep[] = [];
  try {
    await Promise.race([stopRequested(), bringUp(stops)]);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await bringDown(stops);
  lock.release();
  process.exit();
}

async function bringDown(stops: readonly StopStep[]): Promise<void> {
  for (const { name, stop } of [...stops].toReversed()) {
    console.log(`Stopping ${name}`);
    await stop();
  }
  await stopAll(); // whatever was still on its way up
  rmSync(inHome('demo.json'), { force: true });
  if (stops.length > 0) console.log('Stopped everything that npm start had started. The data stays in .till/');
}
