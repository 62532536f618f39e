import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { InvalidConfig } from '../../src/platform/config/index.js';
import { loadConfig } from '../../src/settings.js';

export type Env = Readonly<Record<string, string>>;

export const servers = {
  DATABASE_URL: 'postgres://till:a-long-one@db/till?sslmode=verify-full',
  REDIS_URL: 'rediss://redis',
};
export const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const JWT_PRIVATE_KEY = key.export({ type: 'pkcs8', format: 'pem' }).toString();
export const production = {
  ...servers,
  JWT_PRIVATE_KEY,
  ENCRYPTION_KEYS: `till:${randomBytes(32).toString('base64')}`,
  PUBLIC_URL: 'https://till.test',
  SMTP_URL: 'smtp://mail.test',
  REFUND_APPROVAL_ABOVE: '500',
};
export const development = { ...servers, NODE_ENV: 'development' };

export function problemsOf(env: Env): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfig) return error.problems;
    throw error;
  }
}

export const namesOf = (problems: readonly string[]) => problems.map((problem) => problem.split(':', 1)[0]);
