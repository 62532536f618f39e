import { z } from 'zod';
import { isProduction, section, sendsInTheClear, url } from '../platform/config/index.js';

export interface ViesSettings {
  readonly url: string;
  /** The shop's own VAT id: with it, VIES gives a consultation number, which is the evidence. */
  readonly requester: string | undefined;
  /** After how many days an official check is due again. */
  readonly recheckDays: number;
}

/** Undefined without a URL: then there are no official checks. */
export const viesSettings = section({
  variables: {
    VIES_URL: url('http', 'https').optional(),
    VIES_REQUESTER: z
      .string()
      .regex(/^[A-Z]{2}[0-9A-Z+*]{2,13}$/, 'must be a VAT id such as DE136695976')
      .optional(),
    VIES_RECHECK_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  },
  secrets: [],
  problems: (given) =>
    isProduction(given) && sendsInTheClear(given.VIES_URL)
      ? ['VIES_URL: must be https in production, or anybody may answer']
      : [],
  settings: ({ VIES_URL, VIES_REQUESTER, VIES_RECHECK_DAYS }): ViesSettings | undefined =>
    VIES_URL ? { url: VIES_URL, requester: VIES_REQUESTER, recheckDays: VIES_RECHECK_DAYS } : undefined,
});
