import { z } from 'zod';
import { section } from '../platform/config/index.js';

export const liveSettings = section({
  variables: {
    LIVE_CONNECTIONS: z.coerce.number().int().min(0).default(5000),
    LIVE_CONNECTIONS_PER_USER: z.coerce.number().int().min(1).default(10),
  },
  secrets: [],
  settings: (variables) => ({
    /** Live connections of one process; none at all if 0. */
    perProcess: variables.LIVE_CONNECTIONS,
    /** Live connections of one person, or of one API key, to one process. */
    perUser: variables.LIVE_CONNECTIONS_PER_USER,
  }),
});
