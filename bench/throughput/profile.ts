import { makeLoad } from '../load/make-load.js';
import { type CpuProfile, type ProfileSummary, summarise } from '../measure/cpu-profile.js';
import { PROFILED, Profiler } from '../measure/profiler.js';
import { step } from '../terminal/progress.js';
import type { Servers } from '../till/servers.js';
import { measureStatements, ordersJob, type StatementFigures, type Wanted, type Way } from './paid-orders.js';
import { type RunningTill, startWholeTill } from './till.js';
import type { ThroughputOptions } from './throughput.js';

export interface OrderProfile {
  readonly orders: number;
  readonly api: ProfileSummary;
  readonly worker: ProfileSummary;
  /** `undefined` where the server does not count statements. */
  readonly statements: StatementFigures | undefined;
}

export interface ProfileOptions extends ThroughputOptions {
  /** Of orders that are paid by the request that places them. */
  readonly oneRequest?: boolean;
  /** Adds what customers order; without it, they order what the shop has. */
  readonly stock?: (till: RunningTill) => Promise<Wanted>;
}

const WARM_UP_SECONDS = 10;

/** Where the time of paid orders goes. The profiler costs something itself, so speeds are not comparable. */
export async function profileOrders(servers: Servers, options: ProfileOptions): Promise<OrderProfile> {
  const way: Way = options.oneRequest ? 'one-request-orders' : 'paid-orders';
  const till = await startWholeTill(servers, { ...options, nodeFlags: PROFILED });
  const wanted = await options.stock?.(till);
  const profilers = await Promise.all([till.api, till.worker].map(({ logFile }) => Profiler.attach(logFile)));
  let profiles: Promise<CpuProfile[]> | undefined;
  const load = await step('Profiling paid orders', () =>
    makeLoad(ordersJob(way, till, options.seconds, WARM_UP_SECONDS, wanted), {
      begin: () => profilers.forEach((profiler) => profiler.start()),
      end: () => {
        profiles = Promise.all(profilers.map((profiler) => profiler.stop()));
      },
    }),
  );
  const [api, worker] = (await profiles!).map(summarise);
  const { ownUrl } = servers;
  const counted = ownUrl
    ? await step('Counting SQL statements', () => measureStatements(way, till, ownUrl, wanted))
    : undefined;
  return { orders: load.measured, api: api!, worker: worker!, statements: counted?.figures };
}
