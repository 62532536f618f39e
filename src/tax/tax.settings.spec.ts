import { describe, expect, it } from 'vitest';
import { development, namesOf, problemsOf, production } from '../../test/support/variables.js';
import { loadConfig } from '../settings.js';
import { taxSettings } from './tax.settings.js';

const remote = {
  TAX_PROVIDER: 'remote',
  TAX_REMOTE_URL: 'https://tax.example/v1',
  TAX_REMOTE_TOKEN: 'a-long-token-of-the-shop',
};

describe('The tax provider', () => {
  it('is the table of rates unless something else is said', () => {
    const settings = loadConfig({ ...production, ...remote, TAX_PROVIDER: '' }).of(taxSettings);
    expect(settings).toMatchObject({ remote: undefined, fallback: 'refuse' });
  });

  it('is a tax provider with its URL and token', () => {
    const { TAX_REMOTE_URL: url, TAX_REMOTE_TOKEN: token } = remote;
    expect(loadConfig({ ...production, ...remote }).of(taxSettings).remote).toEqual({ url, token, timeoutMs: 2000 });
  });

  it('needs both, and travels encrypted in production', () => {
    expect(namesOf(problemsOf({ ...development, TAX_PROVIDER: 'remote' }))).toEqual([
      'TAX_REMOTE_URL',
      'TAX_REMOTE_TOKEN',
    ]);
    const plain = { ...remote, TAX_REMOTE_URL: 'http://tax.example/v1' };
    expect(namesOf(problemsOf({ ...production, ...plain }))).toEqual(['TAX_REMOTE_URL']);
    expect(problemsOf({ ...development, ...plain })).toEqual([]);
  });

  it.each([
    ['TAX_PROVIDER', 'avalara'],
    ['TAX_REMOTE_TOKEN', 'short'],
    ['TAX_REMOTE_TIMEOUT_MS', '99'],
    ['TAX_REMOTE_FALLBACK', 'hope'],
  ])('has no %s of %s', (name, value) => {
    expect(namesOf(problemsOf({ ...development, ...remote, [name]: value }))).toEqual([name]);
  });
});
