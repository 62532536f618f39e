import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { p95, sizeOf } from './sizes.js';

const root = path.resolve(import.meta.dirname, '../..');
const sizes = ['src', 'tools', 'bench', 'test/support', 'test/model']
  .flatMap((folder) => filesIn(folder))
  .filter((file) => /\.(ts|mjs)$/.test(file) && !/\.(d|spec)\.m?ts$/.test(file))
  .map((file) => sizeOf(file));

function filesIn(folder: string): string[] {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return files.map((file) => path.join(root, folder, file)).filter((file) => !file.includes('node_modules'));
}

const shortened = (at: string) => path.relative(root, at);

describe('Sizes', () => {
  it('of files: 250 lines at most, 150 in 95 of 100', () => {
    expect(sizes.filter(({ lines }) => lines > 250).map(({ file }) => shortened(file))).toEqual([]);
    expect(p95(sizes.map(({ lines }) => lines))).toBeLessThanOrEqual(150);
  });

  it('of functions: 20 lines in 95 of 100', () => {
    expect(p95(sizes.flatMap(({ functions }) => functions.map(({ lines }) => lines)))).toBeLessThanOrEqual(20);
  });

  it('of constructors: 5 parameters at most', () => {
    const large = sizes.flatMap(({ constructors }) => constructors.filter(({ parameters }) => parameters > 5));
    expect(large.map(({ at }) => shortened(at))).toEqual([]);
  });
});

describe('A measure of a file', () => {
  it('counts lines, functions with a body and the parameters of constructors', () => {
    const text = 'class A {\n  constructor(a: 1, b: 2) {}\n  c(): void {\n    d();\n  }\n}\nconst e = () => 1;\n';
    expect(sizeOf('a.ts', text)).toEqual({
      file: 'a.ts',
      lines: 7,
      functions: [
        { at: 'a.ts:2', lines: 1 },
        { at: 'a.ts:3', lines: 3 },
      ],
      constructors: [{ at: 'a.ts:2', parameters: 2 }],
    });
  });
});
