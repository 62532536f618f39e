import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../../platform/config/index.js';
import { sandboxSettings } from './sandbox.settings.js';
import { SandboxWebhookCodec, SIGNATURE, signed } from './webhook-codec.js';
import { WebhookRefused } from '../webhook.errors.js';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, createHmac: vi.fn(crypto.createHmac) };
});

const SECRETS = ['the first long secret', 'the second long secret'];
const config = readConfig(
  {
    NODE_ENV: 'test',
    DATABASE_URL: 'postgres://till@db/till',
    REDIS_URL: 'redis://redis',
    SANDBOX_WEBHOOK_SECRETS: SECRETS.join(),
  },
  [sandboxSettings],
);
const NOW = new Date('2026-11-28T12:00:00Z');
const raw = Buffer.alloc(1_000_000, 'x');
const webhooks = new SandboxWebhookCodec(config);
const [t, right] = signed(raw, SECRETS[1]!, NOW)[SIGNATURE]!.split(',') as [string, string];
/** 200 signatures; only the one in this place is right. */
const signatures = (place?: number) =>
  Array.from({ length: 200 }, (_, n) => (n === place ? right : `v1=${String(n).padStart(64, '0')}`));
const verify = (list: readonly string[]) => () => webhooks.verify(raw, { [SIGNATURE]: [t, ...list].join() }, NOW);

beforeEach(() => void vi.mocked(createHmac).mockClear());

describe('A webhook with 200 signatures', () => {
  it('costs one HMAC for each secret, not for each signature', () => {
    expect(verify(signatures())).toThrow(WebhookRefused);
    expect(createHmac).toHaveBeenCalledTimes(SECRETS.length);
  });

  it('is taken when one of the first ten is right, and refused when only a later one is', () => {
    expect(verify(signatures(9))).not.toThrow();
    expect(verify(signatures(10))).toThrow(WebhookRefused);
  });
});
