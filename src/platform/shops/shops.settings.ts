import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopback, section } from '../config/index.js';

const hostName = z
  .string()
  .toLowerCase()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a host name without a port, such as shops.example',
  );

export const shopsSettings = section({
  variables: {
    SHOPS: z.enum(['one', 'all']).default('one'),
    SHOPS_DOMAIN: hostName.optional(),
    SHOPS_SETTINGS_DIRECTORY: z.string().optional(),
    SHOPS_IN_MEMORY: z.coerce.number().int().min(1).max(1000).optional(),
    SHOPS_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(4),
  },
  secrets: [],
  problems(given) {
    if (given.SHOPS !== 'all') return [];
    const none =
      'SHOPS_DOMAIN: must be set with SHOPS=all, since PUBLIC_URL has an IP address, below which no shop has a name';
    return domainOf(given) === undefined ? [none] : [];
  },
  settings: (variables, { http }) => ({
    /** Whether the process serves all shops of the database, or one. */
    all: variables.SHOPS === 'all',
    /** What the host names of further shops end with: `<slug>.<domain>`. */
    domain: domainOf({ ...variables, PUBLIC_URL: http.publicUrl }) ?? '',
    /** The folder of the files with what further shops have of their own. */
    directory: variables.SHOPS_SETTINGS_DIRECTORY,
    /** Applications of further shops that the process holds at once; when absent, what fits into its heap. */
    inMemory: variables.SHOPS_IN_MEMORY,
    /** Connections to the database of each further shop, at most. */
    poolSize: variables.SHOPS_POOL_SIZE,
  }),
});

/** Without a setting, the host name of the process; `localhost` for the address of this machine, since browsers take all names below it for that. */
function domainOf(given: { readonly SHOPS_DOMAIN?: string; readonly PUBLIC_URL?: string }): string | undefined {
  if (given.SHOPS_DOMAIN !== undefined || given.PUBLIC_URL === undefined) return given.SHOPS_DOMAIN ?? 'localhost';
  const { hostname } = new URL(given.PUBLIC_URL);
  if (isLoopback(hostname)) return 'localhost';
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : undefined;
}

export type ShopsSettings = ReturnType<typeof shopsSettings.settings>;
