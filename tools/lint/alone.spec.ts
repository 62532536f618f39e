import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ALONE } from '../../vitest.config.js';

/** Replaces a module, or what tells the time, for all files that run in the same process. */
const CHANGES_ITS_PROCESS =
  /\bvi\.(?:mock|doMock|stubGlobal|stubEnv|resetModules|useFakeTimers|setSystemTime|spyOn\((?:Date|performance))\b/;

const root = path.join(import.meta.dirname, '../..');
const specs = globSync('{test,tools}/**/*.spec.ts', { cwd: root });

it('Specs that change their process for other files run alone', () => {
  const changing = specs.filter((spec) => CHANGES_ITS_PROCESS.test(readFileSync(path.join(root, spec), 'utf8')));
  expect(changing).not.toEqual([]);
  expect(changing.filter((spec) => !ALONE.some((pattern) => path.matchesGlob(spec, pattern)))).toEqual([]);
});

it('Each that runs alone is there', () => {
  expect(ALONE.filter((pattern) => globSync(pattern, { cwd: root }).length === 0)).toEqual([]);
});
