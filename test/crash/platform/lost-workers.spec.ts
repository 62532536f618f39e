import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../../support/database.js';
import { scrape } from '../../support/metrics.js';
import { randomOf } from '../../support/mutation.js';
import { assertComplete, type Outbound, people, record, settled, startOutbound } from '../../support/outbound.js';
import { redisDatabase } from '../../support/redis.js';
import { commitSeed } from '../../support/seed.js';

/**
 * `EVENT_RUNS=100 EVENT_LANES=5 EVENT_SEED=7 npm test -- test/crash/platform/lost-workers`: so many runs, in lanes of a database and two
 * workers each. The same seed makes the same runs.
 */
const runs = Number(process.env['EVENT_RUNS'] ?? 2);
const lanes = Number(process.env['EVENT_LANES'] ?? 1);
const seed = Number(process.env['EVENT_SEED'] ?? commitSeed);
/** How long a worker stands still: longer than the leases of deliveries and endpoints (15 s). */
const STILL_MS = 45_000;
const RUN_MS = 180_000;

interface Plan {
  readonly number: number;
  readonly how: 'SIGKILL' | 'SIGSTOP';
  readonly victim: 0 | 1;
  readonly events: number;
  /** Milliseconds from the first effect to the fault. */
  readonly after: number;
}

/** Both faults equally often. */
function planOf(number: number): Plan {
  const random = randomOf(seed * 1000 + number);
  return {
    number,
    how: number % 2 ? 'SIGSTOP' : 'SIGKILL',
    victim: random() < 0.5 ? 0 : 1,
    events: 50 + Math.floor(random() * 150),
    after: Math.floor(random() * 500),
  };
}

const effects = ({ arrived }: Outbound) => arrived().mails.length + arrived().webhooks.length;

async function strike(outbound: Outbound, { how, victim }: Plan): Promise<void> {
  const { child } = outbound.workers[victim]!;
  child.kill(how);
  if (how === 'SIGSTOP') {
    await delay(STILL_MS);
    child.kill('SIGCONT');
  } else {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    outbound.workers[victim] = await outbound.newWorker();
  }
}

/** Returns how many effects a worker has begun and not ended; none of an answer that it does not give yet. */
async function running(adminUrl: string): Promise<number> {
  const { series } = await scrape(adminUrl);
  const effects = [...series].filter(([name]) => name.startsWith('till_effects_running{'));
  return effects.length === 0 ? Number.NaN : effects.reduce((sum, [, value]) => sum + value, 0);
}

/** Waits until each worker takes part again, and has ended what it was about when it stood still. */
async function resumed({ workers }: Outbound): Promise<void> {
  for (const { adminUrl } of workers) await expect.poll(() => running(adminUrl), { timeout: 30_000 }).toBe(0);
}

/** Returns how many effects came again, told by their id. */
async function play(outbound: Outbound, plan: Plan, users: readonly string[]): Promise<number> {
  const random = randomOf(plan.number);
  const things = Array.from({ length: plan.events }, () => {
    const which = Math.floor(random() * 8);
    return random() < 0.5 ? users[which]! : `thing-${which}`;
  });
  const [before, half] = [effects(outbound), Math.floor(plan.events / 2)];
  const repeatsBefore = await assertComplete(outbound.shop, outbound.arrived());
  await record(outbound.shop, things.slice(0, half));
  await expect.poll(() => effects(outbound), { interval: 2, timeout: 30_000 }).toBeGreaterThan(before);
  await Promise.all([delay(plan.after).then(() => strike(outbound, plan)), record(outbound.shop, things.slice(half))]);
  await settled(outbound.shop, RUN_MS);
  await resumed(outbound);
  return (await assertComplete(outbound.shop, outbound.arrived())) - repeatsBefore;
}

/** Plays plans until there are none left. Returns how many. */
async function lane(plans: Plan[]): Promise<number> {
  let played = 0;
  const database = await createDatabase();
  const random = randomOf(seed);
  const slowness = () => 5 + Math.floor(random() * 60);
  const outbound = await startOutbound({ DATABASE_URL: database.url, REDIS_URL: await redisDatabase() }, slowness);
  try {
    const users = await people(outbound.shop, 8);
    for (let plan = plans.shift(); plan; plan = plans.shift()) {
      const began = performance.now();
      const repeats = await play(outbound, plan, users).catch((error: unknown) => {
        throw new Error(`Run ${plan!.number} (${JSON.stringify(plan)}) of EVENT_SEED=${seed}`, { cause: error });
      });
      const took = ((performance.now() - began) / 1000).toFixed(0);
      const told = `${plan.how} ${plan.after} ms after the first of ${plan.events} events`;
      process.stdout.write(`run ${plan.number}: ${told}: complete after ${took} s, ${repeats} effects repeated\n`);
      played += 1;
    }
  } finally {
    plans.length = 0;
    await outbound.stop();
    await database.drop();
  }
  return played;
}

describe(`A worker that is lost in the midst of jobs (EVENT_SEED=${seed})`, () => {
  it(
    `leaves each effect done once for whoever knows ids, and in order for each thing, in ${runs} runs`,
    async () => {
      const plans = Array.from({ length: runs }, (_, index) => planOf(index + 1));
      const played = await Promise.all(Array.from({ length: Math.min(lanes, runs) }, () => lane(plans)));
      expect(played.reduce((sum, count) => sum + count, 0)).toBe(runs);
    },
    RUN_MS * (1 + runs / lanes),
  );
});
