import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeLoad } from '../load/make-load.js';
import { step } from '../terminal/progress.js';
import { importTaxes } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { openTaxedShop } from '../till/shop.js';
import {
  check,
  type Check,
  compareInTurns,
  type LoadsCompared,
  ordersJob,
  PAUSE_SECONDS,
  WARM_UP_SECONDS,
  type Wanted,
} from './paid-orders.js';
import { type OrderProfile, profileOrders, type ProfileOptions } from './profile.js';
import { type RunningTill, startWholeTill } from './till.js';
import type { ThroughputOptions } from './throughput.js';

export interface TermsFigures {
  readonly compared: LoadsCompared;
  readonly check: Check;
}

const rate = (taxClass: string, percent: string) => ({
  taxClass,
  category: 'S',
  rate: percent,
  label: 'VAT',
  from: '2021-01-01',
});
const TAXES = {
  source: 'bench',
  date: '2021-01-01',
  zones: [
    { name: 'Germany', country: 'DE', pricesIncludeTax: true, rates: [rate('standard', '19'), rate('reduced', '7')] },
  ],
};

/** Paid orders without taxes, and paid orders with two tax rates, a coupon and shipping, of one api in turn. */
export async function measureTerms(
  servers: Servers,
  options: ThroughputOptions & { readonly pairs: number },
): Promise<TermsFigures> {
  const till = await startWholeTill(servers, options);
  const taxed = await stockTaxed(till, servers, options.products);
  const load = (pause: number, wanted?: Wanted) => () =>
    makeLoad(ordersJob('paid-orders', till, options.seconds, pause, wanted));
  const warm = await step('Warming up', () => compareInTurns(1, load(WARM_UP_SECONDS), load(WARM_UP_SECONDS, taxed)));
  const compared = await step(`${options.pairs} pairs`, () =>
    compareInTurns(options.pairs, load(PAUSE_SECONDS), load(PAUSE_SECONDS, taxed)),
  );
  return { compared, check: await check(till, [...warm.loads, ...compared.loads]) };
}

/** Where the time of orders with two tax rates, a coupon and shipping goes. */
export function profileTerms(servers: Servers, options: ProfileOptions): Promise<OrderProfile> {
  return profileOrders(servers, { ...options, stock: (till) => stockTaxed(till, servers, options.products) });
}

async function stockTaxed(till: RunningTill, servers: Servers, products: number): Promise<Wanted> {
  const file = path.join(servers.directory, 'taxes.json');
  writeFileSync(file, JSON.stringify(TAXES));
  await importTaxes(till.databaseUrl, servers.redisUrl, file);
  return step(`Adding ${products} taxed products`, () => openTaxedShop(till.api.url, till.shop.admin, products));
}
