import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { prometheus } from '../../test/support/prometheus.js';
import { stopAll } from '../servers/guarded-process.js';
import { buildWhenStale } from '../setup/setup.mjs';
import { type Fault, faults } from './faults.js';
import { onStage, type Stage } from './stage.js';

/** How long an alert may take, with the shortened times. */
const WITHIN_MS = 180_000;
/** How long nothing else may fire after it. */
const ALONE_MS = 10_000;
/** They fire until Prometheus has read both processes, which a fault that is there from the beginning can't wait for. */
const ABSENT = new Set(['TillApiAbsent', 'TillWorkerAbsent']);

/** Breaks something, and returns what was wrong with the alerts, or `undefined`. */
function watch({ prepare, begin, alert }: Fault): Promise<string | undefined> {
  return onStage(prepare, async (stage) => {
    if (begin && !(await isQuiet(stage))) return `before the fault fired: ${String(await stage.firing())}`;
    await begin?.(stage);
    const seen = await alertsAfter(stage, alert, begin !== undefined);
    if (!seen.has(alert)) return `${alert} did not fire within ${WITHIN_MS / 1000} s`;
    return seen.size === 1 ? undefined : `fired: ${[...seen].join(', ')}`;
  });
}

/** Whether all alerts end that fire before Prometheus has read both processes for the first time. */
async function isQuiet(stage: Stage): Promise<boolean> {
  const until = performance.now() + WITHIN_MS;
  while (performance.now() < until) {
    if ((await stage.firing())?.length === 0) return true;
    await sleep(500);
  }
  return false;
}

/** All alerts that fire until the expected one has fired for a while. */
async function alertsAfter(stage: Stage, alert: string, begun: boolean): Promise<Set<string>> {
  const seen = new Set<string>();
  let until = performance.now() + WITHIN_MS;
  let isSeen = false;
  while (performance.now() < until) {
    for (const name of (await stage.firing()) ?? []) if (begun || !ABSENT.has(name)) seen.add(name);
    if (seen.has(alert) && !isSeen) [isSeen, until] = [true, performance.now() + ALONE_MS];
    await sleep(500);
  }
  return seen;
}

async function runAll(wanted: readonly string[]): Promise<void> {
  if (!prometheus) throw new Error('There is no prometheus on PATH: apt-get install prometheus.');
  const chosen = faults.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) throw new Error(`Faults are: ${faults.map(({ name }) => name).join(', ')}.`);
  await buildWhenStale();
  let wrong = 0;
  for (const fault of chosen) {
    const began = performance.now();
    const problem = await watch(fault).catch((error: unknown) => String(error));
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${problem ? 'WRONG' : 'ok   '} ${fault.name.padEnd(22)} ${problem ?? fault.alert} (${seconds} s)`);
    if (problem) wrong += 1;
  }
  console.log(`${chosen.length - wrong} of ${chosen.length} faults raised exactly their alert.`);
  if (wrong > 0) process.exitCode = 1;
}

await new Command('npm run faults --')
  .description(
    'Breaks one thing after the other around a built api and worker, and checks that a real Prometheus with the alert rules raises exactly the ' +
      'alert of that fault. Only the times of the rules are shortened. Needs prometheus and openssl on PATH, and root for the full disk; brings up ' +
      'PostgreSQL and Redis by itself. Takes some minutes. Exits 1 when an alert is missing or one too many.',
  )
  .argument('[faults...]', 'all, unless some are named')
  .action(async (names: string[]) => {
    try {
      await runAll(names);
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
    await stopAll();
    process.exit();
  })
  .parseAsync();
