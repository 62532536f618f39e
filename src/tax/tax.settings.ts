import { z } from 'zod';
import { isProduction, section, sendsInTheClear, url } from '../platform/config/index.js';
import type { RemoteTaxSettings } from './providers/remote/remote-client.js';

const LEAST_TOKEN = 16;

export const taxSettings = section({
  variables: {
    TAX_HOME_COUNTRY: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a country of ISO 3166-1 in two capital letters')
      .optional(),
    TAX_PROVIDER: z.enum(['table', 'remote']).default('table'),
    TAX_REMOTE_URL: url('http', 'https').optional(),
    TAX_REMOTE_TOKEN: z.string().min(LEAST_TOKEN, `must have ${LEAST_TOKEN} characters or more`).optional(),
    TAX_REMOTE_TIMEOUT_MS: z.coerce.number().int().min(100).max(10_000).default(2000),
    TAX_REMOTE_FALLBACK: z.enum(['refuse', 'table']).default('refuse'),
  },
  secrets: ['TAX_REMOTE_TOKEN'],
  problems(given) {
    if (given.TAX_PROVIDER !== 'remote') return [];
    const missing = (['TAX_REMOTE_URL', 'TAX_REMOTE_TOKEN'] as const).filter((name) => !given[name]);
    const inTheClear = isProduction(given) && sendsInTheClear(given.TAX_REMOTE_URL);
    return [
      ...missing.map((name) => `${name}: must be set, because TAX_PROVIDER is remote`),
      ...(inTheClear ? ['TAX_REMOTE_URL: must be https in production, or the token travels in the clear'] : []),
    ];
  },
  settings: (variables) => ({
    /** Where goods are taxed that are sent to no address. */
    homeCountry: variables.TAX_HOME_COUNTRY,
    /** The service that computes taxes; undefined where the table of rates does. */
    remote: remoteOf(variables),
    /** What happens to orders while the service does not answer. */
    fallback: variables.TAX_REMOTE_FALLBACK,
  }),
});

function remoteOf(variables: {
  readonly TAX_PROVIDER: 'table' | 'remote';
  readonly TAX_REMOTE_URL?: string | undefined;
  readonly TAX_REMOTE_TOKEN?: string | undefined;
  readonly TAX_REMOTE_TIMEOUT_MS: number;
}): RemoteTaxSettings | undefined {
  const { TAX_PROVIDER, TAX_REMOTE_URL = '', TAX_REMOTE_TOKEN = '', TAX_REMOTE_TIMEOUT_MS: timeoutMs } = variables;
  return TAX_PROVIDER === 'remote' ? { url: TAX_REMOTE_URL, token: TAX_REMOTE_TOKEN, timeoutMs } : undefined;
}
