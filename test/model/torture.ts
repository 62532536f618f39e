import { asyncProperty, check } from 'fast-check';
import { assertBooks } from '../support/books.js';
import { commands } from './arbitraries.js';
import type { Command } from './commands.js';
import { Run } from './run.js';
import type { Till } from './till.js';

export interface Torture {
  readonly seed: number;
  readonly runs: number;
  /** Of an earlier failure: plays that run alone. */
  readonly path?: string | undefined;
  /** How long a failure is made smaller, in milliseconds. */
  readonly shrinkMs?: number;
  readonly signal?: AbortSignal;
  onRun?(commands: number): void;
  /** Looks at what is beyond one run; `isAll` where it may take longer. */
  afterRun?(isAll: boolean): Promise<void>;
  /** Flags that play a failure again, besides its seed and path. */
  readonly flags?: string;
}

/** Runs after which the proof of the whole ledger is recomputed, besides at the end. */
const PROOF_EVERY = 20;

/** Plays runs until one fails; answers how many it played. @throws an error that says which, and how to play it again */
export async function torture(
  till: Till,
  { seed, runs, path, onRun, afterRun, signal, flags = '', shrinkMs = 60_000 }: Torture,
): Promise<number> {
  let played = 0;
  let stopShrinkingAt = Infinity;
  const property = asyncProperty(commands, async (list) => {
    signal?.throwIfAborted();
    if (Date.now() > stopShrinkingAt) return;
    try {
      await playRun(till, list);
      const isTimeForAll = ++played % PROOF_EVERY === 0;
      if (isTimeForAll && stopShrinkingAt === Infinity)
        await assertProof(till).catch((error: unknown) => blame(played, error));
      await afterRun?.(isTimeForAll);
    } catch (error) {
      await till.forget();
      stopShrinkingAt = Math.min(stopShrinkingAt, Date.now() + shrinkMs);
      throw error;
    }
    onRun?.(list.length);
  });
  const found = await check(property, {
    seed,
    numRuns: path === undefined ? runs : 1,
    ...(path !== undefined && { path }),
  });
  signal?.throwIfAborted();
  if (found.failed) {
    const [list] = found.counterexample!;
    const shown = list.map((command, n) => `  ${n + 1}. ${JSON.stringify(command)}`).join('\n');
    const again = `npm run torture -- --seed ${found.seed} --path ${found.counterexamplePath}${flags}`;
    const cause = found.errorInstance;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Run ${found.numRuns} fails. Play it again: ${again}\n${shown}\n${why}`, { cause });
  }
  await assertProof(till);
  return played;
}

/** The proof reads the rows of all runs since the one before, any of which may have broken it. */
function blame(played: number, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  const [first, last] = [played - PROOF_EVERY, played - 1];
  throw new Error(`One of the runs of --path ${first} to ${last} broke the proof of the whole ledger. ${why}`, {
    cause,
  });
}

async function playRun(till: Till, list: readonly Command[]): Promise<void> {
  const run = await Run.begin(
    till,
    list.some((command) => command.do === 'begin' && command.isLimited),
  );
  for (const command of list) await run.play(command);
  await run.end();
}

/** The whole ledger is proven, and the sandbox's books say the same as ours. */
async function assertProof(till: Till): Promise<void> {
  const { token } = await till.person('admin');
  const { url, headers } = till.apis[0];
  const proof = async () => {
    const sent = { headers: { ...headers, authorization: `Bearer ${token}` } };
    const response = await fetch(`${url}/v1/ledger/proof`, sent);
    return (await response.json()) as never;
  };
  await assertBooks({ sql: till.sql, proof });
}
