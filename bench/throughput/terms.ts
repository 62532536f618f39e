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
} from './paid-orders.js';
import { startWholeTill } from './till.js';
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
  const file = path.join(servers.directory, 'taxes.json');
  writeFileSync(file, JSON.stringify(TAXES));
  await importTaxes(till.databaseUrl, servers.redisUrl, file);
  const taxed = await step(`Adding ${options.products} taxed products`, () =>
    openTaxedShop(till.api.url, till.shop.admin, options.products),
  );
  const job = (warmUpSeconds: number) => ordersJob('paid-orders', till, options.seconds, warmUpSeconds);
  const usual = (pause: number) => () => makeLoad(job(pause));
  const full = (pause: number) => () => makeLoad({ ...job(pause), ...taxed });
  const warm = await step('Warming up', () => compareInTurns(1, usual(WARM_UP_SECONDS), full(WARM_UP_SECONDS)));
  const compared = await step(`${options.pairs} pairs`, () =>
    compareInTurns(options.pairs, usual(PAUSE_SECONDS), full(PAUSE_SECONDS)),
  );
  return { compared, check: await check(till, [...warm.loads, ...compared.loads]) };
}
