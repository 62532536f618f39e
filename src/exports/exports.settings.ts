import { z } from 'zod';
import { section } from '../platform/config/index.js';

export const exportSettings = section({
  variables: {
    RETENTION_EXPORTS_DAYS: z.coerce.number().int().min(1).max(365).default(7),
    EXPORT_LINK_SECONDS: z.coerce.number().int().min(10).max(86_400).default(300),
  },
  secrets: [],
  settings: (variables) => ({
    /** Days that files are kept. */
    retentionDays: variables.RETENTION_EXPORTS_DAYS,
    /** How long a link to a file works. */
    linkSeconds: variables.EXPORT_LINK_SECONDS,
  }),
});
