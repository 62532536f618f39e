import { Command, InvalidArgumentError } from 'commander';
import { stopAll } from '../../tools/servers/guarded-process.js';
import { migrate, startTill } from '../till/processes.js';
import { provideServers, type Undo } from '../till/servers.js';
import { openShop } from '../till/shop.js';
import { buildWhenStale } from '../../tools/setup/setup.mjs';
import { type Honest, measure, MAX_STALL_MS, type Outcome, passes } from './measure.js';
import { type Row, rows } from './rows.js';
import type { Target } from './sockets.js';

const undo: Undo[] = [];

async function run(names: readonly string[]): Promise<void> {
  const chosen = names.length > 0 ? rows.filter(({ name }) => names.includes(name)) : rows;
  await buildWhenStale();
  const servers = await provideServers(undo);
  const { url: databaseUrl } = await servers.createDatabase();
  await migrate(databaseUrl);
  const { directory, redisUrl } = servers;
  // The shop opens without limits; the api that is attacked has those of production.
  const opening = await startTill('main.js', { directory, databaseUrl, redisUrl });
  undo.push(() => opening.stop());
  const shop = await openShop(opening.url, databaseUrl, { products: 200, clients: 2 });
  const api = await startTill('main.js', { directory, databaseUrl, redisUrl, limited: true });
  undo.push(() => api.stop());
  const [attacker, honest] = shop.customers;
  const target = {
    url: new URL(api.url),
    token: attacker!.token,
    adminToken: shop.admin.token,
    productIds: shop.productIds,
  };
  const outcomes: Outcome[] = [];
  for (const [index, row] of chosen.entries()) {
    console.error(`[${index + 1}/${chosen.length}] ${row.name}: ${row.what}`);
    const from = (turn: number) => ({ ...target, address: `127.1.${turn}.${index + 1}` });
    outcomes.push(...(await measureAgain(row, from, { url: api.url, token: honest!.token })));
  }
  console.log(tableOf(outcomes));
  const failed = outcomes.filter((outcome) => !passes(outcome));
  for (const {
    row,
    stallMs,
    statuses,
    honest: { failures },
  } of failed)
    console.log(
      `${row.name}: stalled ${stallMs} ms; answers ${[...statuses.keys()].join(', ') || 'none'}${
        row.reaches ? `, should be ${row.reaches}` : ''
      }; honest requests that failed: ${failures.join(', ') || 'none'}`,
    );
  if (failed.length > 0) process.exitCode = 1;
}

/**
 * A stall may be the machine's and not the request's: a single request that stalled the loop for too long is sent again, at
 * most twice, and each measurement is a row of the table. All of them count: the repeats help to tell the two apart.
 */
async function measureAgain(row: Row, from: (turn: number) => Target, honest: Honest): Promise<Outcome[]> {
  const outcomes = [await measure(row, from(0), honest)];
  while (outcomes.length < 3 && row.single && outcomes.at(-1)!.stallMs > MAX_STALL_MS) {
    outcomes.push(await measure(row, from(outcomes.length), honest));
  }
  return outcomes;
}

function tableOf(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ row, stallMs, heldMiB, statuses, honest }) => {
    const served = honest.failures.length === 0 ? `all ${honest.served}` : `${honest.failures.length} failed`;
    const answers = [...statuses].map(([status, count]) => `${status || 'none'}${count > 1 ? ` x ${count}` : ''}`);
    return `| \`${row.name}\` | ${row.what} | ${answers.join(', ') || '-'} | ${stallMs} ms | ${heldMiB} MiB | ${served}, ${honest.slowestMs} ms at most |`;
  });
  return [
    '| Row | Attack | Answers | Longest stall | Memory more | Honest requests |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function rowName(name: string, before: readonly string[] = []): string[] {
  const known = rows.map((row: Row) => row.name);
  if (!known.includes(name)) throw new InvalidArgumentError(`The rows are ${known.join(', ')}.`);
  return [...before, name];
}

async function clearUp(): Promise<void> {
  await stopAll();
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}

await new Command('hostile')
  .description(
    `Attacks a built api (it builds one when dist/ is stale) that it starts on servers of its own, and prints for each attack the longest stall of the
api's event loop, the memory it held, and whether an honest client beside it was served. Exits with 1 when a single
request stalls the loop for more than ${MAX_STALL_MS} ms, is not answered as it should be, or an honest request fails.

Rows: ${rows.map(({ name }) => name).join(', ')}`,
  )
  .argument('[row...]', 'only these', rowName, [])
  .action(async (names: string[]) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void clearUp().finally(() => process.exit(130)));
    }
    try {
      await run(names);
    } finally {
      await clearUp();
    }
  })
  .parseAsync();
