import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { CpuMeter } from '../measure/cpu-meter.js';
import { step } from '../terminal/progress.js';
import { check, ordersJob } from '../throughput/paid-orders.js';
import { type RunningTill, startWholeTill, type WholeTillOptions } from '../throughput/till.js';
import { drained } from '../till/backlog.js';
import { withClient } from '../till/database.js';
import type { Servers } from '../till/servers.js';

/** A short load, and the CPU time in ms that the processes of its side used meanwhile. */
export interface MeasuredLoad {
  readonly load: LoadResult;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** Until V8 has compiled what runs often. */
const WARM_UP_SECONDS = 12;
/** Until the customers are in step. */
const PAUSE_SECONDS = 1;
const LOAD_SECONDS = 4;

/** A Till at work, and what its customers were told. */
export class Contestant {
  private readonly loads: LoadResult[] = [];

  private constructor(
    private readonly till: RunningTill,
    private readonly servers: Servers,
  ) {}

  /** `redisDatabase`: the number of the Redis database that is this side's own. */
  static async start(name: string, servers: Servers, options: WholeTillOptions, redisDatabase: number) {
    const redisUrl = Object.assign(new URL(servers.redisUrl), { pathname: `/${redisDatabase}` }).href;
    const contestant = new Contestant(await startWholeTill({ ...servers, redisUrl }, options), servers);
    await step(`Warming up ${name}`, () => contestant.load(WARM_UP_SECONDS));
    return contestant;
  }

  get databaseUrl(): string {
    return this.till.databaseUrl;
  }

  async measure(): Promise<MeasuredLoad> {
    const { api, worker } = this.till;
    const cpu = new CpuMeter({
      api: { pid: api.pid },
      worker: { pid: worker.pid },
      postgres: { pid: this.servers.postgresPid, family: true },
    });
    const load = await this.load(PAUSE_SECONDS, cpu);
    // Its worker would catch up in the other's time.
    await withClient(this.till.databaseUrl, (sql) => drained(sql));
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
