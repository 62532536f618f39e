import { z } from 'zod';
import { section } from '../platform/config/index.js';

export const taxSettings = section({
  variables: {
    TAX_HOME_COUNTRY: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a country of ISO 3166-1 in two capital letters')
      .optional(),
  },
  secrets: [],
  settings: ({ TAX_HOME_COUNTRY }) => ({
    /** Where goods are taxed that are sent to no address. */
    homeCountry: TAX_HOME_COUNTRY,
  }),
});
