import { expect, it } from 'vitest';
import { EndpointRun } from './endpoint-run.js';

const due = (...names: string[]) => names.map((name) => ({ name, aggregateId: name[0]! }));

/** Runs with these loads, one after the other, and notes what happens. `ends` lets a named one end. */
function running(loads: ReturnType<typeof due>[], lanes: number, fails: readonly string[] = []) {
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  const run = new EndpointRun<ReturnType<typeof due>[number]>(
    async (busy) => {
      const [next = []] = loads.splice(0, 1);
      return next.filter(({ aggregateId }) => !busy.includes(aggregateId));
    },
    ({ name }) =>
      new Promise<boolean>((resolve) => {
        events.push(`begin ${name}`);
        ends.set(name, () => {
          events.push(`end ${name}`);
          resolve(!fails.includes(name));
        });
      }),
  );
  const done = run.run(lanes);
  const end = async (name: string) => {
    await expect.poll(() => ends.has(name), { interval: 5 }).toBe(true);
    ends.get(name)!();
  };
  return { events, done, end };
}

it('sends about different things at once, and about one thing in order', async () => {
  const { events, done, end } = running([due('a1', 'a2', 'b1')], 10);
  await end('b1');
  await end('a1');
  await end('a2');
  await done;
  expect(events).toEqual(['begin a1', 'begin b1', 'end b1', 'end a1', 'begin a2', 'end a2']);
});

it('looks for more while one hangs', async () => {
  const { events, done, end } = running([due('a1'), [], due('b1')], 10);
  await end('b1');
  await end('a1');
  await done;
  expect(events).toEqual(['begin a1', 'begin b1', 'end b1', 'end a1']);
});

it('has no more at once than it may', async () => {
  const { events, done, end } = running([due('a1', 'b1', 'c1')], 2);
  await end('b1');
  await end('c1');
  await end('a1');
  await done;
  expect(events).toEqual(['begin a1', 'begin b1', 'end b1', 'begin c1', 'end c1', 'end a1']);
});

it('goes on when all end at the same moment', async () => {
  const [first, second] = [due('a1', 'b1', 'c1'), due('d1')];
  const sent: string[] = [];
  const run = new EndpointRun<(typeof first)[number]>(
    async () => [first, second].find((load) => load.length > 0)?.splice(0) ?? [],
    async ({ name }) => sent.push(name) > 0,
  );
  await run.run(2);
  expect(sent).toEqual(['a1', 'b1', 'c1', 'd1']);
});

it('begins no more after one that is the last', async () => {
  const { events, done, end } = running([due('a1', 'a2', 'b1'), due('c1')], 1, ['a1']);
  await end('a1');
  await done;
  expect(events).toEqual(['begin a1', 'end a1']);
});

it('says what went wrong', async () => {
  const run = new EndpointRun<ReturnType<typeof due>[number]>(
    async () => due('a1'),
    () => Promise.reject(new Error('no database')),
  );
  await expect(run.run(2)).rejects.toThrow('no database');
});
