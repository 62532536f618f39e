import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { encode } from '@jridgewell/sourcemap-codec';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inSources } from './source-places.js';

let folder: string;
const urlOf = (name: string) => pathToFileURL(path.join(folder, name)).href;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'till-maps-'));
  // The third line is Till's, the fourth of a package.
  const mappings = encode([[], [], [[0, 0, 6, 2]], []]);
  const map = { version: 3, sources: ['../src/orders/orders.service.ts'], names: [], mappings };
  writeFileSync(path.join(folder, 'chunk.js.map'), JSON.stringify(map));
  writeFileSync(path.join(folder, 'broken.js.map'), '{');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a frame of Till names the source', () => {
  const source = path.join(path.dirname(folder), 'src/orders/orders.service.ts');
  expect(inSources(`    at OrdersService.place (${urlOf('chunk.js')}:3:9)`)).toBe(
    `    at OrdersService.place (${source}:7:3)`,
  );
  expect(inSources(`    at ${urlOf('chunk.js')}:3:1`)).toBe(`    at ${source}:7:3`);
});

it.each([
  ['of a package in the same file', () => `    at parse (${urlOf('chunk.js')}:4:1)`],
  ['of a file without a map', () => `    at parse (${urlOf('other.js')}:3:1)`],
  ['of a file with a broken map', () => `    at parse (${urlOf('broken.js')}:3:1)`],
  ['of Node', () => '    at processTicksAndRejections (node:internal/process/task_queues:105:5)'],
])('a frame %s stays as it is', (_, frame) => {
  expect(inSources(frame())).toBe(frame());
});
