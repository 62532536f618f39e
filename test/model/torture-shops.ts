import { setTimeout as delay } from 'node:timers/promises';
import { randomOf } from '../support/mutation.js';
import type { KilledWorker } from './killed-worker.js';
import { assertApart, assertOwn } from './leaks.js';
import type { Shops } from './shops.js';
import type { Till } from './till.js';
import { torture, type Torture } from './torture.js';

/** How long a worker lives, in milliseconds; at least, so that runs go on beside its starts, and at most. */
const [AT_LEAST_MS, AT_MOST_MS] = [1000, 25_000];

/**
 * Plays the same runs in all shops at the same time, each with its own model, while their worker is killed over and over.
 * Answers how many ids were compared at the end. @throws an error that says which run of which shop failed
 */
export async function tortureShops({ tills, worker }: Shops, given: Torture): Promise<number> {
  const stop = new AbortController();
  const signal = given.signal ? AbortSignal.any([given.signal, stop.signal]) : stop.signal;
  const play = async (till: Till, n: number) => {
    const afterRun = async (isAll: boolean) => {
      await assertOwn(till);
      // Through the default shop, where statements keep the names of the sandbox's tables.
      await assertApart(tills[0]!, isAll);
    };
    const flags = ` --shops ${tills.length}`;
    await torture(till, { ...given, shrinkMs: 0, signal, afterRun, flags }).catch((error: unknown) => {
      stop.abort();
      throw signal === given.signal
        ? error
        : new Error(`In shop ${n + 1} of ${tills.length}: ${textOf(error)}`, { cause: error });
    });
  };
  const ended = new AbortController();
  const killing = killOften(worker, given.seed, AbortSignal.any([signal, ended.signal]));
  const played = await Promise.allSettled(tills.map(play));
  ended.abort();
  const outcomes = [...played, ...(await Promise.allSettled([killing]))];
  const failures = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  // Those that were stopped because of another say nothing of their own.
  const found = failures.find(({ message }) => !/abort/i.test(message)) ?? failures[0];
  if (found) throw found;
  for (const till of tills) await assertOwn(till);
  return assertApart(tills[0]!, true);
}

async function killOften(worker: KilledWorker, seed: number, signal: AbortSignal): Promise<void> {
  const random = randomOf(seed);
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  while (!signal.aborted) {
    await Promise.race([delay(AT_LEAST_MS + random() * (AT_MOST_MS - AT_LEAST_MS)), ended]);
    if (signal.aborted) return;
    await worker.kill();
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
