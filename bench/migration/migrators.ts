import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inClone } from '../../tools/servers/paths.js';
import { nodeBinary } from '../../tools/setup/node.mjs';

/** What became of the migrators. */
export interface Migrated {
  readonly seconds: number;
  /** Each migration with the seconds it took until the next one began, the slowest first. */
  readonly slowest: readonly (readonly [name: string, seconds: number])[];
  /** How often each migration was begun, beside the one that the kill interrupted: 1, if two migrators are one. */
  readonly begunTwice: readonly string[];
  /** The migration during which the first one was killed. */
  readonly killedDuring: string;
}

const APPLYING = /applying (\w+) \((\d+) of (\d+)\)/g;

/** Runs two migrators at once, kills the one that works in the middle, and lets the other one, which waits, do the rest. */
export async function migrateTwice(databaseUrl: string): Promise<Migrated> {
  const began = performance.now();
  const steps: { name: string; at: number }[] = [];
  const first = await start(databaseUrl);
  let killedDuring = '';
  first.onStep((name, index, count) => {
    steps.push({ name, at: performance.now() });
    if (index < count / 2 || killedDuring !== '') return;
    killedDuring = name;
    first.child.kill('SIGKILL');
  });
  const second = await start(databaseUrl);
  second.onStep((name) => steps.push({ name, at: performance.now() }));
  await first.ended;
  if ((await second.ended) !== 0) throw new Error(`The second migrator ended with an error:\n${second.said()}`);
  const ended = performance.now();
  const took = steps.map(({ name, at }, index): [string, number] => [
    name,
    ((steps[index + 1]?.at ?? ended) - at) / 1000,
  ]);
  const names = steps.map(({ name }) => name);
  const begunTwice = names.filter((name, index) => names.indexOf(name) !== index && name !== killedDuring);
  return {
    seconds: (ended - began) / 1000,
    slowest: took.toSorted((one, other) => other[1] - one[1]).slice(0, 5),
    begunTwice,
    killedDuring,
  };
}

async function start(databaseUrl: string) {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl };
  const child = spawn(await nodeBinary(), [inClone('dist', 'src', 'cli.js'), 'migrate'], { env });
  let said = '';
  let seen = 0;
  let tell: (name: string, index: number, count: number) => void = () => undefined;
  const read = (data: Buffer) => {
    said += data.toString();
    const found = [...said.matchAll(APPLYING)];
    for (const [, name, index, count] of found.slice(seen)) tell(name!, Number(index), Number(count));
    seen = found.length;
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return {
    child,
    said: () => said,
    ended: once(child, 'exit').then(([code]) => code as number | null),
    onStep: (listener: typeof tell) => {
      tell = listener;
    },
  };
}
