import { z } from 'zod';
import { section } from '../platform/config/index.js';

export const orderMessageSettings = section({
  variables: { QUOTA_ORDER_MESSAGES_PER_MINUTE: z.coerce.number().int().positive().default(20) },
  secrets: [],
  settings: (variables) => ({
    /** Messages about orders that one person, or one API key, may post in a minute. */
    perMinute: variables.QUOTA_ORDER_MESSAGES_PER_MINUTE,
  }),
});
