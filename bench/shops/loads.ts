import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { PAUSE_SECONDS, WARM_UP_SECONDS } from '../throughput/paid-orders.js';
import type { RunningTill } from '../throughput/till.js';
import type { ManyOptions, ManyShops } from './many.js';

export interface ShopsOptions extends ManyOptions {
  readonly seconds: number;
  readonly pairs: number;
  /** Orders a second of the loads at a fixed rate. */
  readonly rate: number;
}

/** Loads at a fixed rate, one after the other: all orders in one shop, in as many as there are clients, and in all that sell. */
export interface SteadyLoads {
  readonly one: LoadResult;
  readonly few: LoadResult;
  /** Absent where no more shops sell than there are clients. */
  readonly all?: LoadResult;
}

/** In turns, every second time the other way round. */
export async function steadyLoads(one: RunningTill, many: ManyShops, options: ShopsOptions): Promise<SteadyLoads[]> {
  const { rate, clients, spread } = options;
  const load = {
    one: loadOfOne(one, options, PAUSE_SECONDS, rate),
    few: loadOfMany(many, options, PAUSE_SECONDS, rate),
    ...(spread > clients && { all: loadOfMany(many, options, PAUSE_SECONDS, rate, spread) }),
  };
  await loadOfMany(many, options, WARM_UP_SECONDS, rate, spread)();
  const rounds: SteadyLoads[] = [];
  for (let round = 0; round < options.pairs; round += 1) {
    const order = Object.entries(load);
    const results: Record<string, LoadResult> = {};
    for (const [name, run] of round % 2 === 0 ? order : order.toReversed()) results[name] = await run();
    rounds.push(results as unknown as SteadyLoads);
  }
  return rounds;
}

export function loadOfOne({ api, shop }: RunningTill, { seconds }: ShopsOptions, warmUpSeconds: number, rate?: number) {
  const tokens = shop.customers.map(({ token }) => token);
  const { productIds } = shop;
  const job = { url: api.url, tokens, productIds, seconds, warmUpSeconds, ...(rate && { rate }) };
  return () => makeLoad({ task: 'paid-orders', ...job });
}

export function loadOfMany(
  { api, busy }: ManyShops,
  { seconds, clients }: ShopsOptions,
  warmUpSeconds: number,
  rate?: number,
  count = clients,
) {
  const buying = busy.slice(0, count);
  const tokens = buying.map(({ customers }) => customers[0]!.token);
  const shops = buying.map(({ host, productIds }) => ({ host, productIds }));
  const job = { url: api.url, tokens, productIds: [], shops, seconds, warmUpSeconds, ...(rate && { rate }) };
  return () => makeLoad({ task: 'paid-orders', ...job });
}
