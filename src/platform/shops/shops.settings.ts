import { z } from 'zod';
import { section } from '../config/index.js';

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
    SHOPS_IN_MEMORY: z.coerce.number().int().min(1).max(1000).default(50),
    SHOPS_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(4),
  },
  secrets: [],
  problems: (given) =>
    given.SHOPS === 'all' && given.SHOP !== undefined
      ? [`SHOPS: can't be all where SHOP names one (${given.SHOP}); leave one of the two out`]
      : [],
  settings: (variables, { http }) => ({
    /** Whether the process serves all shops of the database, or one. */
    all: variables.SHOPS === 'all',
    /** What the host names of further shops end with: `<slug>.<domain>`. */
    domain: variables.SHOPS_DOMAIN ?? new URL(http.publicUrl).hostname,
    /** The folder of the files with what further shops have of their own. */
    directory: variables.SHOPS_SETTINGS_DIRECTORY,
    /** Applications of further shops that the process holds at once. */
    inMemory: variables.SHOPS_IN_MEMORY,
    /** Connections to the database of each further shop, at most. */
    poolSize: variables.SHOPS_POOL_SIZE,
  }),
});

export type ShopsSettings = ReturnType<typeof shopsSettings.settings>;
