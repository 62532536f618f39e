import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lockOrder } from './lock-order.js';

const namesIn = (folder: string, quoted: RegExp) =>
  readdirSync(`${import.meta.dirname}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => {
      const text = readFileSync(`${import.meta.dirname}/${folder}/${file}`, 'utf8');
      return [...text.matchAll(quoted)].map((match) => match[1]!);
    });

it('names each kind of rows that a statement locks, once, and no other', () => {
  expect(new Set(namesIn('.', /^\s*locks: '([^']+)'/gm))).toEqual(new Set(lockOrder));
  expect(new Set(lockOrder).size).toBe(lockOrder.length);
});

it('is not known to the platform', () => {
  const quoted = new Set(namesIn('platform/database', /['"`]([a-z]+)['"`]/g));
  expect(lockOrder.filter((name) => quoted.has(name))).toEqual([]);
});
