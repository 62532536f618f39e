import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../settings.js';
import { stripeSettings } from './stripe.settings.js';

const needed = {
  NODE_ENV: 'test',
  DATABASE_URL: 'postgres://till:s3cr3t@127.0.0.1/till',
  REDIS_URL: 'redis://127.0.0.1',
};

describe('the settings of Stripe', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'till-config-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(directory, name), `${text}\n`);
    return path.join(directory, name);
  };

  it('are absent without a key', () => {
    expect(loadConfig({ ...needed, STRIPE_WEBHOOK_SECRETS: 'whsec_4nT9uWqXr2' }).of(stripeSettings)).toBeUndefined();
  });

  it('come from files as well, several webhook secrets among them; shoppers come back to PUBLIC_URL', () => {
    const env = {
      ...needed,
      PUBLIC_URL: 'https://till.example',
      STRIPE_SECRET_KEY_FILE: file('key', 'sk_test_4nT9uWqX'),
      STRIPE_WEBHOOK_SECRETS_FILE: file('secrets', 'whsec_4nT9uWqXr2, whsec_7Hc2LpQ9z1'),
    };
    expect(loadConfig(env).of(stripeSettings)).toEqual({
      secretKey: 'sk_test_4nT9uWqX',
      webhookSecrets: ['whsec_4nT9uWqXr2', 'whsec_7Hc2LpQ9z1'],
      apiUrl: undefined,
      returnUrl: 'https://till.example',
    });
  });

  it.each([
    [
      'a webhook secret that is too short',
      { STRIPE_WEBHOOK_SECRETS: 'whsec_4nT9uWqXr2,short' },
      'STRIPE_WEBHOOK_SECRETS',
    ],
    ['an address that is none', { STRIPE_API_URL: 'api.stripe.com' }, 'STRIPE_API_URL'],
    ['a production that sends the key in the clear', { NODE_ENV: 'production', STRIPE_API_URL: 'http://a.b' }, 'https'],
  ])('refuse %s', (_, given, told) => {
    expect(() => loadConfig({ ...needed, STRIPE_SECRET_KEY: 'sk_test_4nT9uWqX', ...given })).toThrow(told);
  });
});
