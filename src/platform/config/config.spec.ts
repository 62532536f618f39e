import { describe, expect, it } from 'vitest';
import { InvalidConfig, loadConfig } from './config.js';
import { developmentWebhookSecret } from './development-key.js';

const servers = { DATABASE_URL: 'postgres://till:a-long-one@db/till', REDIS_URL: 'redis://redis' };
const secretsOf = (env: Record<string, string>) => loadConfig({ ...servers, ...env }).sandbox.webhookSecrets;
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig({ ...servers, ...env });
    return [];
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems;
    throw error;
  }
};

describe("the secrets of the sandbox's webhooks", () => {
  it('are several, separated by commas', () => {
    const secrets = ['a first long secret', 'a second long secret'];
    expect(secretsOf({ SANDBOX_WEBHOOK_SECRETS: secrets.join(' , ') })).toEqual(secrets);
  });

  it.each(['short', 'a first long secret,'])('are not %j', (text) => {
    const problems = problemsOf({ SANDBOX_WEBHOOK_SECRETS: text });
    expect(problems).toEqual([expect.stringContaining('SANDBOX_WEBHOOK_SECRETS')]);
  });

  it('have a default that production neither uses nor takes', () => {
    expect(secretsOf({})).toEqual([developmentWebhookSecret]);
    const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://till.test' };
    const refused = problemsOf({ ...production, SANDBOX_WEBHOOK_SECRETS: developmentWebhookSecret });
    expect(refused).toContainEqual(expect.stringMatching(/^SANDBOX_WEBHOOK_SECRETS: production needs/));
    expect(problemsOf(production)).not.toContainEqual(expect.stringContaining('SANDBOX_WEBHOOK_SECRETS'));
  });
});
