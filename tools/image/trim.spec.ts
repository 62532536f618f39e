import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const TRIM = fileURLToPath(new URL('trim.mjs', import.meta.url));
let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'till-trim-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function trimmed(...files: string[]): string[] {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  execFileSync(process.execPath, [TRIM, folder]);
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return left.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).toSorted();
}

it('removes the compiler, types, sources, source maps and manuals', () => {
  const useless = ['typescript/lib/typescript.js', '@types/node/index.d.ts', '.bin/tsc'];
  const sources = [
    'a/index.d.ts',
    'a/index.d.mts',
    'a/src/index.ts',
    'a/index.js.map',
    'a/README.md',
    '@b/c/CHANGELOG.md',
  ];
  expect(trimmed('a/package.json', 'a/index.js', ...useless, ...sources)).toEqual(['a/index.js', 'a/package.json']);
});

it('keeps licences and notices, whatever they are written in', () => {
  const legal = ['a/LICENSE.md', 'a/Licence', 'a/NOTICE.md', 'a/dist/x.js.LICENSE.txt'];
  expect(trimmed('a/package.json', ...legal)).toEqual([...legal, 'a/package.json'].toSorted());
});

it('removes the tests at the top of a package, and no folder of code of that name', () => {
  const kept = ['a/lib/test/index.js', 'a/package.json', 'test/index.js', 'test/package.json'];
  expect(trimmed('a/test/index.js', ...kept)).toEqual(kept);
});
