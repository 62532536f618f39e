import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => [file, readFileSync(`src/${file}`, 'utf8')] as const);
const importing = (what: RegExp) => files.filter(([, text]) => what.test(text)).map(([file]) => file);

it('the libraries of providers are loaded only where the provider is configured', () => {
  expect(importing(/^import (?!type).* from '[^']*\/(stripe|soap)\.provider\.js'/m)).toEqual([]);
  expect(importing(/import\('\.\/(stripe|soap)\/\w+\.provider\.js'\)/)).toEqual([
    'payments/providers/provider-registry.ts',
  ]);
  const users = importing(/^import (?!type).* from '(stripe|soap)'/m).map((file) => file.replace(/[^/]+$/, ''));
  expect([...new Set(users)].toSorted()).toEqual(['payments/providers/soap/', 'payments/providers/stripe/']);
});
