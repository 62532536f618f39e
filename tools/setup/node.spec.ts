import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isAtLeast, nodeBinary } from './node.mjs';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['22.15.0', true],
  ['22.20.0', true],
  ['24.0.0', true],
  ['22.14.9', false],
  ['20.99.99', false],
  ['9.0.0', false],
])('Node %s is new enough: %s', (version, enough) => {
  expect(isAtLeast(version, '22.15.0')).toBe(enough);
});

test('is the one that was chosen', async () => {
  vi.stubEnv('TILL_NODE', process.execPath);
  expect(await nodeBinary()).toBe(process.execPath);
  vi.stubEnv('TILL_NODE', '/nowhere/node');
  await expect(nodeBinary()).rejects.toThrow('TILL_NODE must be the path of a Node that runs here');
});

describe('where no other can be fetched', () => {
  let said: string[];
  beforeEach(() => {
    const cache = mkdtempSync(path.join(os.tmpdir(), 'till-node-'));
    onTestFinished(() => rmSync(cache, { recursive: true }));
    vi.stubEnv('XDG_CACHE_HOME', cache);
    vi.stubEnv('PATH', cache); // no npm
    vi.stubEnv('npm_execpath', '');
    said = [];
    const error = vi.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
    onTestFinished(() => error.mockRestore());
  });

  test('one that Till supports stays, and it says why', async () => {
    expect(await nodeBinary('22.15.0')).toBe(process.execPath);
    expect(said.join('\n')).toMatch(/Node 24 can't be fetched here, so api and worker run on 22\.15\.0\. npm failed/);
  });

  test('an older one is refused, and it says what to do', async () => {
    await expect(nodeBinary('20.19.0')).rejects.toThrow(
      /Till runs on Node 22\.15\.0 or later\. This is Node 20\.19\.0, and Node 24 can't be fetched here\. npm failed.*\nInstall a newer Node, or set TILL_NODE/s,
    );
  });

  test('the newest asks for no other', async () => {
    expect(await nodeBinary('24.0.0')).toBe(process.execPath);
    expect(said).toEqual([]);
  });
});
