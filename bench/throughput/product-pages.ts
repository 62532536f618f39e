import { fileURLToPath } from 'node:url';
import { HttpConnection } from '../load/http-connection.js';
import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { mean } from '../measure/latency.js';
import { startScript } from '../till/processes.js';
import type { RunningTill } from './till.js';

export interface PageFigures {
  readonly till: PageSpeed;
  readonly bare: PageSpeed;
}

export interface PageSpeed {
  readonly perSecond: number;
  readonly rounds: readonly LoadResult[];
}

const ROUNDS = 3;
const WARM_UP_SECONDS = 4;
const BARE_SERVER = fileURLToPath(new URL('../bare-server.ts', import.meta.url));

/** Reads product pages, and in turn as much from a server that only answers, so that both meet the same machine. */
export async function measurePages(till: RunningTill, directory: string, seconds: number): Promise<PageFigures> {
  const { productIds, customers } = till.shop;
  const bare = await startScript(BARE_SERVER, { BARE_PAGE: await productPage(till) }, directory);
  try {
    const rounds: { till: LoadResult; bare: LoadResult }[] = [];
    const tokens = customers.map(({ token }) => token);
    const job = { task: 'product-pages', tokens, productIds, seconds: seconds / ROUNDS } as const;
    const measure = (url: string) => makeLoad({ ...job, url, warmUpSeconds: WARM_UP_SECONDS });
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ till: await measure(till.api.url), bare: await measure(bare.url) });
    }
    return { till: speed(rounds.map((round) => round.till)), bare: speed(rounds.map((round) => round.bare)) };
  } finally {
    await bare.stop();
  }
}

function speed(rounds: readonly LoadResult[]): PageSpeed {
  return { perSecond: mean(rounds.map(({ perSecond }) => perSecond)), rounds };
}

async function productPage({ api, shop }: RunningTill): Promise<string> {
  const connection = await HttpConnection.open(api.url);
  try {
    return (await connection.get(`/v1/products/${shop.productIds[0]}`)).body;
  } finally {
    connection.close();
  }
}
