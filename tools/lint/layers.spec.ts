import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { around, modules, rooms } from './layers.mjs';

type Layers = typeof modules;

const foldersIn = async (parent: string) =>
  (await readdir(parent, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** The layers that import themselves, by others or at once. */
function circles(layers: Layers): string[] {
  const below = (name: string, seen: ReadonlySet<string>): readonly string[] =>
    seen.has(name) ? [name] : (layers[name] ?? []).flatMap((next) => [next, ...below(next, new Set([...seen, name]))]);
  return Object.keys(layers).filter((name) => below(name, new Set()).includes(name));
}

describe('layers', () => {
  it.each([
    ['modules', modules],
    ['rooms of payments', rooms],
    ['tools, test and benchmark', around],
  ])('of %s run in no circle, and name no other', (_, layers) => {
    expect(circles(layers)).toEqual([]);
    for (const names of Object.values(layers)) expect(Object.keys(layers)).toEqual(expect.arrayContaining([...names]));
  });

  it('have every folder', async () => {
    const beside = ['platform', 'shared', 'cli', 'seed'];
    expect((await foldersIn('src')).filter((name) => !beside.includes(name)).toSorted()).toEqual(
      Object.keys(modules).toSorted(),
    );
    expect((await foldersIn('src/payments')).toSorted()).toEqual(Object.keys(rooms).toSorted());
    for (const parent of ['tools', 'test'])
      for (const name of await foldersIn(parent)) expect(Object.keys(around)).toContain(`${parent}/${name}`);
  });
});

it('Payments has at most eighteen files and folders at its top level', async () => {
  expect((await readdir('src/payments')).length).toBeLessThanOrEqual(18);
});
