import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inClone } from '../../tools/servers/paths.js';
import { nodeBinary } from '../../tools/setup/node.mjs';

/** What became of the migrators. */
export interface Migrated {
  readonly seconds: number;
  /** Each migration with the seconds it took until the next one began, the slowest first. */
  readonly slowest: readonly (readonly [name: string, seconds: number])[];
  /** When each migration began, on the clock of `performance.now()`, in order. */
  readonly steps: readonly { readonly name: string; readonly at: number }[];
  /** Migrations that both began, beside the one that the kill interrupted: none, if two migrators are one. */
  readonly begunTwice: readonly string[];
  /** The migration during which the first one was killed. */
  readonly killedDuring: string;
}

const APPLYING = /applying (\w+) \((\d+) of (\d+)\)/g;

/** Runs two migrators at once, kills the one that works when half is done, and lets the other one, which waits, do the rest. */
export async function migrateTwice(databaseUrl: string): Promise<Migrated> {
  const began = performance.now();
  const steps: { name: string; at: number }[] = [];
  let killedDuring = '';
  const onStep = (name: string, index: number, count: number) => {
    steps.push({ name, at: performance.now() });
    if (index < count / 2 || killedDuring !== '') return false;
    killedDuring = name;
    return true;
  };
  const both = await Promise.all([start(databaseUrl, onStep), start(databaseUrl, onStep)]);
  const codes = await Promise.all(both.map(({ ended }) => ended));
  if (!codes.includes(0) || !codes.includes(null))
    throw new Error(`The migrators ended with ${codes}:\n${both.map(({ said }) => said()).join('\n')}`);
  const ended = performance.now();
  const took = steps.map(({ name, at }, index): [string, number] => [
    name,
    ((steps[index + 1]?.at ?? ended) - at) / 1000,
  ]);
  const names = steps.map(({ name }) => name);
  return {
    seconds: (ended - began) / 1000,
    steps,
    slowest: took.toSorted((one, other) => other[1] - one[1]).slice(0, 5),
    begunTwice: names.filter((name, index) => names.indexOf(name) !== index && name !== killedDuring),
    killedDuring,
  };
}

/** Starts a migrator, tells of each migration that it begins, and kills it when that returns true. */
async function start(databaseUrl: string, onStep: (name: string, index: number, count: number) => unknown) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
  const child = spawn(await nodeBinary(), [inClone('dist', 'src', 'cli.js'), 'migrate'], { env });
  let said = '';
  let seen = 0;
  const read = (data: Buffer) => {
    said += data.toString();
    const found = [...said.matchAll(APPLYING)];
    for (const [, name, index, count] of found.slice(seen))
      if (onStep(name!, Number(index), Number(count)) === true) child.kill('SIGKILL');
    seen = found.length;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return { said: () => said, ended: once(child, 'exit').then(([code]) => code as number | null) };
}
