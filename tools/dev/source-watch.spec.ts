import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SourceWatch } from './source-watch.js';

const PATIENT = { timeout: 40_000, interval: 50 };

let folder: string;
let watch: SourceWatch | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'till-watch-'));
  const compilerOptions = { rootDir: 'src', outDir: 'out', module: 'nodenext', target: 'es2024', types: [] };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await mkdir(path.join(folder, 'src'));
});
afterEach(async () => {
  await watch?.stop();
  await rm(folder, { recursive: true, force: true });
});

const write = (text: string) => writeFile(path.join(folder, 'src', 'a.ts'), text);
const output = () => readFile(path.join(folder, 'out', 'a.js'), 'utf8');

test('builds at once and after each change, and says what is wrong instead of building', async () => {
  await write('export const n: number = 1;');
  const said: string[] = [];
  let builds = 0;
  const project = path.join(folder, 'tsconfig.json');
  watch = new SourceWatch({ project, say: (text) => void said.push(text) });
  await watch.built;
  watch.onBuild(() => (builds += 1));
  expect(await output()).toContain('n = 1');

  await write("export const n: number = 'two';");
  await expect.poll(() => said.join('\n'), PATIENT).toContain('Not built; waiting for a change');
  expect(said.join('\n')).toContain('TS2322');
  expect(builds).toBe(0);

  await write('export const n: number = 3;');
  await expect.poll(() => builds, PATIENT).toBe(1);
  expect(await output()).toContain('n = 3');
}, 90_000);
