import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { ApiClient } from './client.js';
import { ReplayFailure } from './failure.js';
import type { Plan } from './plan.js';
import { planReplay } from './plan.js';
import { Progress } from '../terminal/progress.js';
import { agree, comparison, summary, vatComparison } from './report.js';
import { parseRows } from './rows.js';
import type { Outcome } from './run.js';
import { Run } from './run.js';
import type { Target } from './target.js';
import { findTarget } from './target.js';
import { type Vat, vatOf } from './vat.js';

const sample = fileURLToPath(new URL('../../data/online-retail-2010-12-01_02.csv', import.meta.url));

interface Flags extends Partial<Target> {
  readonly concurrency: number;
  readonly tax?: number;
  readonly shop?: readonly string[];
}

const stop = new AbortController();

interface Played {
  readonly shop: string | undefined;
  readonly outcome: Outcome;
  readonly ms: number;
}

async function replay(file: string | undefined, { concurrency, tax, shop: shops, ...flags }: Flags): Promise<void> {
  // npm runs scripts in the project's directory; the path was typed in INIT_CWD.
  const path = file === undefined ? sample : resolve(process.env.INIT_CWD ?? '.', file);
  const plan = planReplay(parseRows(read(path)));
  const target = findTarget(flags);
  console.log(`Playing ${path}\n  on ${target.baseUrl} as ${target.email}${shops ? ` in ${shops.join(', ')}` : ''}`);
  const play = async (shop: string | undefined): Promise<Played> => {
    const api = new ApiClient({ ...target, shop, connections: concurrency, signal: stop.signal, onWait: tellLongWait });
    const progress = shops && shops.length > 1 ? SILENT : new Progress();
    const started = Date.now();
    try {
      await api.signIn();
      const outcome = await new Run(api, plan, progress, concurrency, tax).play();
      return { shop, outcome, ms: Date.now() - started };
    } finally {
      progress.end();
      await api.close();
    }
  };
  const played = await Promise.allSettled((shops ?? [undefined]).map(play));
  for (const one of played) if (one.status === 'fulfilled') report(plan, one.value, tax);
  for (const one of played) if (one.status === 'rejected') throw one.reason;
  if (wrong > 0) throw new ReplayFailure('The API does not agree with the file.');
}

/** Several at once would write into each other's lines. */
const SILENT = { begin: () => undefined, step: () => undefined, end: () => undefined };

function report(plan: Plan, { shop, outcome, ms }: Played, tax: number | undefined): void {
  if (shop !== undefined) console.log(`\n--- ${shop} ---`);
  reportFigures(plan, outcome, ms);
  if (tax !== undefined) reportVat(vatOf(plan, tax), outcome.vat!);
}

/** How many comparisons found a difference. */
let wrong = 0;

function reportFigures({ figures }: Plan, { placed, refunds, api, balanced }: Outcome, ms: number): void {
  const found = figures.orders - placed;
  console.log(
    `\nPlaced ${placed} orders and made ${refunds} refunds in ${(ms / 1000).toFixed(1)} s; ${found} orders stood already.\n`,
  );
  console.log(`${summary(figures)}\n\nThe API says:\n\n${comparison(figures, api)}`);
  console.log(`  ledger proof    ${balanced ? 'balanced' : 'NOT BALANCED'}\n`);
  tell(
    agree(figures, api) && balanced,
    'The API agrees with the file to the penny.',
    'The API does not agree with the file.',
  );
}

/** The tax in the prices: of the file by its own arithmetic, and of the ledger by its report. */
function reportVat(file: Vat, api: Vat): void {
  console.log(`\n${vatComparison(file, api)}`);
  tell(
    file.net === api.net && file.vat === api.vat,
    'The VAT report agrees with the file to the penny.',
    'The VAT report does not agree with the file. Was something else sold here?',
  );
}

function tell(isRight: boolean, right: string, otherwise: string): void {
  if (!isRight) wrong += 1;
  console.log(isRight ? right : otherwise);
}

let quietUntil = 0;

/** Once for all requests that wait at the same time. */
function tellLongWait(ms: number, reason: string): void {
  if (ms < 2_000 || Date.now() < quietUntil) return;
  quietUntil = Date.now() + ms;
  console.error(`\n  waiting ${Math.ceil(ms / 1000)} s for the server (${reason})`);
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ReplayFailure(`The file cannot be read: ${(error as Error).message}`);
  }
}

function positive(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
}

function fail(error: unknown): void {
  process.exitCode = stop.signal.aborted ? 130 : 1;
  if (stop.signal.aborted) console.error('\nStopped. Run it again to go on from here.');
  else if (error instanceof ReplayFailure) console.error(`\n${error.message}`);
  else console.error(error);
}

process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());

await new Command('npm run replay --')
  .description(
    'Plays a day of the "Online Retail" data set (CSV) through a running server, over HTTP alone, and checks the ' +
      'result to the penny. Playing a file again changes nothing. Exits 1 on any difference.',
  )
  .argument('[file.csv]', 'the day to play (default: 1 and 2 December 2010, in data/)')
  .option('--base-url <url>', 'the server (default: the one in .till/demo.json)')
  .option('--email <email>', 'a login with every permission (default: the admin in .till/demo.json)')
  .option('--password <password>', 'its password')
  .option('--tax <percent>', 'British VAT that the prices include; its rate has to be imported first', positive)
  .option(
    '--shop <slugs...>',
    'one or more shops of a server with SHOPS=all, all at once; the login is the same in each',
  )
  .option('--concurrency <n>', 'requests at once', positive, 8)
  .action(replay)
  .parseAsync()
  .catch(fail);
