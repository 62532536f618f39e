import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundaries } from './boundaries.mjs';

/** Of each boundary, an import that breaks it and one beside it that may be. */
const planted: Readonly<Record<string, readonly [file: string, broken: string, allowed: string]>> = {
  pure: ['src/orders/domain/a.ts', 'typeorm', 'zod'],
  'domain-knows-no-platform': ['src/orders/domain/b.ts', '../../platform/config/index.js', '../../shared/money.js'],
  'shared-knows-nothing': ['src/shared/a.ts', '../platform/config/index.js', './money.js'],
  'platform-knows-no-module': ['src/platform/http/a.ts', '../../orders/index.js', '../config/index.js'],
  'modules-one-way': ['src/orders/a.ts', '../payments/index.js', '../catalog/index.js'],
  'rooms-one-way': ['src/payments/domain/a.ts', '../refunds/refunds.service.js', './payment.js'],
  'module-by-its-index': ['src/payments/refunds/a.ts', '../../orders/orders.service.js', '../../orders/index.js'],
  'platform-by-its-index': ['src/orders/b.ts', '../platform/http/app.js', '../platform/http/index.js'],
  'source-stands-alone': ['src/cli/a.ts', '../../tools/servers/ports.js', '../seed/index.js'],
  'tools-one-way': ['tools/servers/a.ts', '../dev/environment.js', '../setup/lock.mjs'],
  'specs-are-leaves': ['test/e2e/orders/a.ts', './b.spec.js', '../../support/api.js'],
};

/** A tree with those imports, and a cycle in each of src, test and tools. */
let tree: string;
let found: readonly Finding[];
beforeAll(async () => {
  tree = await mkdtemp(path.join(tmpdir(), 'till-lint-'));
  for (const [file, ...imports] of Object.values(planted)) await write(file, ...imports);
  for (const folder of FOLDERS) {
    await write(`${folder}/cycle/a.ts`, './b.js');
    await write(`${folder}/cycle/b.ts`, './a.js');
  }
  found = await lint();
});
afterAll(() => rm(tree, { recursive: true, force: true }));

const FOLDERS = ['src', 'test', 'tools'];

async function write(file: string, ...imports: readonly string[]): Promise<void> {
  const lines = imports.map((name, index) => `export type { T as T${index} } from '${name}';\n`);
  await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
  await writeFile(path.join(tree, file), `${lines.join('')}export type T = 1;\n`);
}

interface Finding {
  readonly message: string;
  readonly code: string;
  readonly filename: string;
}

/** The lint of this clone on the tree; it ends with 1 when it finds something. */
async function lint(): Promise<readonly Finding[]> {
  const args = [path.resolve('node_modules/oxlint/bin/oxlint'), '-c', path.resolve('.oxlintrc.json'), '-f', 'json'];
  const ran = await promisify(execFile)(process.execPath, args, { cwd: tree }).catch((error: unknown) => error);
  expect(ran).toMatchObject({ code: 1 });
  return (JSON.parse((ran as { stdout: string }).stdout) as { diagnostics: Finding[] }).diagnostics;
}

const broken = (rule: string) => found.filter(({ code }) => code === rule).map(({ filename }) => filename);

describe('lint', () => {
  it.each(boundaries.map(({ name, reason }) => ({ name, reason })))(
    'names $name where it is broken',
    ({ name, reason }) => {
      const [file, specifier] = planted[name]!;
      expect(broken(`till(${name})`)).toEqual([file]);
      const [{ message }] = found.filter(({ code }) => code === `till(${name})`) as [Finding];
      expect(message).toContain(`${name}: ${file} may not import`);
      expect(message).toContain(path.basename(specifier));
      expect(message).toContain(reason);
    },
  );

  it.each(FOLDERS)('finds a cycle in %s, of types too', (folder) => {
    expect(broken('import(no-cycle)').filter((file) => file.startsWith(`${folder}/`))).toHaveLength(2);
  });
});
