import { expect, test } from 'vitest';
import { Restarter } from './restarter.js';

const never = new Promise<never>(() => undefined);

/** A restarter whose things note what becomes of them; `starting` is awaited by each start. */
function restarter(starting: () => Promise<void> = async () => undefined) {
  const done: string[] = [];
  const said: string[] = [];
  let made = 0;
  const make = async () => {
    const name = String((made += 1));
    const note = (what: string) => void done.push(`${what} ${name}`);
    return { failed: never, start: () => (note('start'), starting()), stop: async () => note('stop') };
  };
  return { done, said, it: new Restarter({ make, say: (text) => void said.push(text) }) };
}

test('stops what runs before it starts the next', async () => {
  const { it, done } = restarter();
  await it.restart();
  await it.restart();
  await it.stop();
  expect(done).toEqual(['start 1', 'stop 1', 'start 2', 'stop 2']);
});

test('restarts once more for all that change during a restart', async () => {
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { it, done } = restarter(() => held);
  const first = it.restart();
  const others = [it.restart(), it.restart(), it.restart()];
  release();
  await Promise.all([first, ...others]);
  expect(done).toEqual(['start 1', 'stop 1', 'start 2']);
});

test('says why something does not start, and starts what comes after a change', async () => {
  let isBroken = true;
  const { it, done, said } = restarter(async () => {
    if (isBroken) throw new Error('Bad port');
  });
  await it.restart();
  expect(said).toEqual(['Api and worker do not run: Bad port\nWaiting for a change']);
  isBroken = false;
  await it.restart();
  expect(said.at(-1)).toBe('Api and worker run on the new build');
  expect(done).toEqual(['start 1', 'stop 1', 'start 2']);
});

test('starts nothing after it was stopped', async () => {
  const { it, done } = restarter();
  await it.stop();
  await it.restart();
  expect(done).toEqual([]);
});
