import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BundledModules } from './bundled-modules.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'till-bundled-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('A line of a bundle belongs to the module that is named above it', () => {
  mkdirSync(path.join(folder, 'dist', 'chunks'), { recursive: true });
  const file = path.join(folder, 'dist', 'chunks', 'chunk-A.js');
  writeFileSync(file, 'import x;\n// node_modules/pg/lib/client.js\nquery();\n// dist/src/orders/order.js\nplace();');
  const modules = new BundledModules();
  const { href } = pathToFileURL(file);
  expect([0, 2, 4].map((line) => modules.at(href, line))).toEqual([
    href,
    'node_modules/pg/lib/client.js',
    'dist/src/orders/order.js',
  ]);
  expect(modules.at('node:internal/url', 2)).toBe('node:internal/url');
});
