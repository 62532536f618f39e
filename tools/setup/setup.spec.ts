import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { areDependenciesInstalled, problemOfPath } from './setup.mjs';

test.each(['*', '?', '#', '[', ']', '{', '}'])(
  'Tests in a folder with %s in its path are refused in words',
  (character) => {
    expect(problemOfPath(`/home/ada/till ${character}`, 'test')).toBe(
      `Vitest can't run in a folder with "${character}" in its path: /home/ada/till ${character}. Move or rename it (for npm start only ? must go).`,
    );
  },
);

test('A start in a folder with ? in its path is refused in words', () => {
  expect(problemOfPath('/home/ada/till ?', 'start')).toBe(
    'tsx can\'t run in a folder with "?" in its path: /home/ada/till ?. Move or rename it.',
  );
});

test('Any other folder is taken', () => {
  expect(problemOfPath("/home/ada/till (copy) & söhne's", 'test')).toBeUndefined();
  expect(problemOfPath('/home/ada/till* (copy) [1] {2} #3', 'start')).toBeUndefined();
});

describe('installed dependencies', () => {
  const wanted = { version: '1.0.0' };
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'till-setup-'));
    const optional = { version: '1.0.0', optional: true };
    await writeLock('package-lock.json', { '': {}, 'node_modules/a': wanted, 'node_modules/b': optional });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function writeLock(name: string, packages: object): Promise<void> {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ packages }));
  }

  test.each([
    ['all there', { 'node_modules/a': wanted }, true],
    ['more than asked for', { 'node_modules/a': wanted, 'node_modules/c': wanted }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['one missing', { 'node_modules/b': wanted }, false],
  ])('%s', async (_, packages, installed) => {
    await writeLock('node_modules/.package-lock.json', packages);
    expect(areDependenciesInstalled(directory)).toBe(installed);
  });

  test('an install that was interrupted does not count', async () => {
    await mkdir(path.join(directory, 'node_modules', 'a'), { recursive: true });
    expect(areDependenciesInstalled(directory)).toBe(false);
  });
});
