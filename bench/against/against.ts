import { step } from '../terminal/progress.js';
import type { WholeTillOptions } from '../throughput/till.js';
import type { Servers } from '../till/servers.js';
import { Contestant, type MeasuredLoad } from './contestant.js';

/** One of the two builds: this clone's, or the one that it is compared with. */
export type Side = 'this' | 'other';

export interface AgainstOptions extends WholeTillOptions {
  /** Another clone of Till, built. */
  readonly against: string;
  readonly pairs: number;
}

export interface AgainstFigures {
  readonly pairs: readonly Readonly<Record<Side, MeasuredLoad>>[];
  /** Whether the database holds what the customers were told, and the ledger balances. */
  readonly correct: Readonly<Record<Side, boolean>>;
}

/**
 * Compares paid orders of two builds by pairs of short loads that take turns, each build with its own database on the same
 * PostgreSQL and Redis: a machine that becomes slower or faster does so for both.
 */
export async function measureAgainst(servers: Servers, options: AgainstOptions): Promise<AgainstFigures> {
  const other = await Contestant.start('other', servers, { ...options, clone: options.against }, 1);
  const own = await Contestant.start('this', servers, options, 2);
  const pairs: Record<Side, MeasuredLoad>[] = [];
  for (let pair = 0; pair < options.pairs; pair += 1) {
    await step(`Pair ${pair + 1} of ${options.pairs}`, async () => {
      const first = await (pair % 2 === 0 ? other : own).measure();
      const second = await (pair % 2 === 0 ? own : other).measure();
      pairs.push(pair % 2 === 0 ? { other: first, this: second } : { other: second, this: first });
    });
  }
  return { pairs, correct: { other: await other.isCorrect(), this: await own.isCorrect() } };
}
