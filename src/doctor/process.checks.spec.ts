import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkNode } from './process.checks.js';

test.each(['22.15.0', '22.20.1', '24.0.0'])('Node %s is fine', (version) => {
  expect(checkNode(version)).toEqual({ about: 'Node', ok: true, what: version });
});

test.each(['22.14.9', '20.20.2', '18.0.0'])('Node %s is a problem', (version) => {
  expect(checkNode(version)).toMatchObject({ ok: false, remedy: 'Use Node 22.15 or later.' });
});

test('It is the Node that package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe('>=22.15.0');
});
