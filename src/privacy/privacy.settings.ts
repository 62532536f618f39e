import { z } from 'zod';
import { section } from '../platform/config/index.js';

/** Days that rows are kept at least, so that nothing that is still at work loses them. `0`: for good. */
const days = (atLeast: number) =>
  z.coerce
    .number()
    .int()
    .refine((value) => value === 0 || value >= atLeast, { error: `must be 0, or at least ${atLeast}` });

/** How long rows are kept that are not part of the books. */
export const privacySettings = section({
  variables: {
    RETENTION_EVENTS_DAYS: days(30).default(0),
    RETENTION_WEBHOOKS_DAYS: days(30).default(365),
    RETENTION_AUDIT_ADDRESSES_DAYS: days(1).default(365),
  },
  secrets: [],
  settings: (variables) => ({
    /** In days; 0: for good. */
    events: variables.RETENTION_EVENTS_DAYS,
    webhooks: variables.RETENTION_WEBHOOKS_DAYS,
    auditAddresses: variables.RETENTION_AUDIT_ADDRESSES_DAYS,
  }),
});
