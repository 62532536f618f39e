import { isIP } from 'node:net';
import { z } from 'zod';
import { section } from '../platform/config/index.js';

/** A network in CIDR notation (RFC 4632; RFC 4291, section 2.3). */
function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

const networks = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((list) => list.every(isNetwork), { error: 'must be networks such as 10.20.0.0/16, separated by commas' });

export const webhookEndpointSettings = section({
  variables: {
    WEBHOOK_ALLOWED_NETWORKS: networks,
    WEBHOOK_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(60).default(20),
    WEBHOOK_CONCURRENCY_PER_ENDPOINT: z.coerce.number().int().min(1).max(100).default(10),
    RETENTION_WEBHOOK_DELIVERIES_DAYS: z.coerce.number().int().min(7).max(3650).default(30),
  },
  secrets: [],
  settings: (variables) => ({
    /** Networks beside the public internet to which events may be sent, also without encryption. */
    allowedNetworks: variables.WEBHOOK_ALLOWED_NETWORKS,
    timeoutMs: variables.WEBHOOK_TIMEOUT_SECONDS * 1000,
    /** Requests to one endpoint at the same time. */
    concurrency: variables.WEBHOOK_CONCURRENCY_PER_ENDPOINT,
    retentionDays: variables.RETENTION_WEBHOOK_DELIVERIES_DAYS,
  }),
});

export type WebhookEndpointSettings = ReturnType<typeof webhookEndpointSettings.settings>;
