import { z } from 'zod';
import { section } from '../platform/config/index.js';

const MIB = 1024 * 1024;

export const catalogSettings = section({
  variables: {
    CATALOG_CACHE_MIB: z.coerce.number().int().min(0).max(1024).default(16),
  },
  secrets: [],
  settings: ({ CATALOG_CACHE_MIB }) => ({
    /** How much memory product pages and lists may take in a process that serves them; 0: each read asks the database. */
    cacheBytes: CATALOG_CACHE_MIB * MIB,
  }),
});
