import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { nodeBinary } from './node.js';

afterEach(() => vi.unstubAllEnvs());

test('is the one that was chosen', async () => {
  vi.stubEnv('TILL_NODE', process.execPath);
  expect(await nodeBinary()).toBe(process.execPath);
  vi.stubEnv('TILL_NODE', '/nowhere/node');
  await expect(nodeBinary()).rejects.toThrow('TILL_NODE must be the path of a Node that runs here');
});

test('stays the one that runs this where no other can be had, and says why', async () => {
  const cache = mkdtempSync(path.join(os.tmpdir(), 'till-node-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('PATH', cache); // no npm
  expect(await nodeBinary()).toBe(process.execPath);
  const isOld = Number.parseInt(process.versions.node, 10) < 24;
  expect(said.mock.calls.flat().join('\n')).toMatch(isOld ? /Node 24 can't be had here/ : /^$/);
});
