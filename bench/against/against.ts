import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { CpuMeter } from '../measure/cpu-meter.js';
import { step } from '../terminal/progress.js';
import { check, ordersJob } from '../throughput/paid-orders.js';
import { type RunningTill, startWholeTill, type WholeTillOptions } from '../throughput/till.js';
import type { Servers } from '../till/servers.js';

/** One of the two builds: this clone's, or the one that it is compared with. */
export type Side = 'this' | 'other';

export interface AgainstOptions extends WholeTillOptions {
  /** Another clone of Till, built. */
  readonly against: string;
  readonly pairs: number;
}

/** A short load, and the CPU time in ms that the processes of its side used meanwhile. */
export interface MeasuredLoad {
  readonly load: LoadResult;
  readonly cpuMs: Readonly<Record<string, number>>;
}

export interface AgainstFigures {
  readonly pairs: readonly Readonly<Record<Side, MeasuredLoad>>[];
  /** Whether the database holds what the customers were told, and the ledger balances. */
  readonly correct: Readonly<Record<Side, boolean>>;
}

/** Until V8 has compiled what runs often. */
const WARM_UP_SECONDS = 12;
/** Until the customers are in step. */
const PAUSE_SECONDS = 1;
const LOAD_SECONDS = 4;

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

/** A build at work, and what its customers were told. */
class Contestant {
  private readonly loads: LoadResult[] = [];

  private constructor(
    private readonly till: RunningTill,
    private readonly servers: Servers,
  ) {}

  /** `redisDatabase`: the number of the Redis database that is this side's own. */
  static async start(side: Side, servers: Servers, options: WholeTillOptions, redisDatabase: number) {
    const redisUrl = Object.assign(new URL(servers.redisUrl), { pathname: `/${redisDatabase}` }).href;
    const contestant = new Contestant(await startWholeTill({ ...servers, redisUrl }, options), servers);
    await step(`Warming up ${side}`, () => contestant.load(WARM_UP_SECONDS));
    return contestant;
  }

  async measure(): Promise<MeasuredLoad> {
    const { api, worker } = this.till;
    const cpu = new CpuMeter({
      api: { pid: api.pid },
      worker: { pid: worker.pid },
      postgres: { pid: this.servers.postgresPid, family: true },
    });
    const load = await this.load(PAUSE_SECONDS, cpu);
    return { load, cpuMs: cpu.used };
  }

  async isCorrect(): Promise<boolean> {
    const { paidInDatabase, paidByAnswers, balanced } = await check(this.till, this.loads);
    return balanced && paidInDatabase === paidByAnswers && this.loads.every(({ errors }) => isEmpty(errors));
  }

  private async load(warmUpSeconds: number, cpu?: CpuMeter): Promise<LoadResult> {
    const moments = { begin: () => cpu?.begin(), end: () => cpu?.end() };
    const load = await makeLoad(ordersJob('paid-orders', this.till, LOAD_SECONDS, warmUpSeconds), moments);
    this.loads.push(load);
    return load;
  }
}

const isEmpty = (object: object) => Object.keys(object).length === 0;
