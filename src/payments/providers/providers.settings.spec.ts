import { describe, expect, it } from 'vitest';
import { development, type Env, namesOf, problemsOf, production } from '../../../test/support/variables.js';
import { loadConfig } from '../../settings.js';
import { providerSettings } from './providers.settings.js';
import { sandboxSettings } from './sandbox/sandbox.settings.js';

describe("the secrets of the sandbox's webhooks", () => {
  it('are several, separated by commas', () => {
    const secrets = ['a first long secret', 'a second long secret'];
    const config = loadConfig({ ...development, SANDBOX_WEBHOOK_SECRETS: secrets.join(' , ') });
    expect(config.of(sandboxSettings).webhookSecrets).toEqual(secrets);
  });

  it.each(['short', 'a first long secret,'])('are not %j', (SANDBOX_WEBHOOK_SECRETS) => {
    expect(namesOf(problemsOf({ ...development, SANDBOX_WEBHOOK_SECRETS }))).toEqual(['SANDBOX_WEBHOOK_SECRETS']);
  });
});

const enabledIn = (env: Env) => loadConfig(env).of(providerSettings).enabled;

describe('PAYMENT_PROVIDERS', () => {
  const stripe = { STRIPE_SECRET_KEY: 'sk_test_4nT9uWqX' };

  it.each<[string, Env, readonly string[]]>([
    ['the sandbox in development', development, ['sandbox']],
    ['in development what is configured as well', { ...development, ...stripe }, ['sandbox', 'stripe']],
    ['nothing in production', production, []],
    ['in production what is configured', { ...production, ...stripe }, ['stripe']],
  ])('are, where none are listed, %s', (_, env, expected) => {
    expect(enabledIn(env)).toEqual(expected);
  });

  it('are those that are listed, in that order', () => {
    const listed = { ...development, ...stripe, PAYMENT_PROVIDERS: 'stripe , sandbox' };
    expect(enabledIn(listed)).toEqual(['stripe', 'sandbox']);
    expect(enabledIn({ ...listed, PAYMENT_PROVIDERS: 'stripe' })).toEqual(['stripe']);
  });

  it.each(['paypal', 'sandbox,sandbox', 'sandbox,', 'constructor'])('are not %j', (PAYMENT_PROVIDERS) => {
    expect(problemsOf({ ...development, PAYMENT_PROVIDERS })).toEqual([
      'PAYMENT_PROVIDERS: must be names of providers, separated by commas, each once: sandbox, stripe, soap',
    ]);
  });

  it('need their service', () => {
    const problems = problemsOf({ ...production, PAYMENT_PROVIDERS: 'stripe,soap' });
    expect(namesOf(problems)).toEqual(['STRIPE_SECRET_KEY', 'SOAP_GATEWAY_URL']);
  });

  it('have the sandbox in production only when it is asked for twice', () => {
    const listed = { ...production, PAYMENT_PROVIDERS: 'sandbox' };
    expect(namesOf(problemsOf(listed))).toEqual(['PAYMENT_PROVIDERS']);
    expect(namesOf(problemsOf({ ...listed, SANDBOX_IN_PRODUCTION: 'no' }))).toEqual(['PAYMENT_PROVIDERS']);
    expect(enabledIn({ ...production, SANDBOX_IN_PRODUCTION: 'yes' })).toEqual([]);
    expect(enabledIn({ ...listed, SANDBOX_IN_PRODUCTION: 'yes' })).toEqual(['sandbox']);
  });
});
