import { z } from 'zod';
import { seconds, section, url } from '../platform/config/index.js';

export const authSettings = section({
  variables: {
    SESSION_IDLE_SECONDS: seconds.default(14 * 86_400),
    SESSION_MAX_SECONDS: seconds.default(90 * 86_400),
    ACCOUNT_PAGE_URL: url('http', 'https').optional(),
    REQUIRE_VERIFIED_EMAIL: z.enum(['yes', 'no']).default('no'),
  },
  secrets: [],
  settings: ({ SESSION_IDLE_SECONDS, SESSION_MAX_SECONDS, ACCOUNT_PAGE_URL, REQUIRE_VERIFIED_EMAIL }) => ({
    /** A session ends when it is not used for so long, and in any case that long after the sign-in, in seconds. */
    session: { idleSeconds: SESSION_IDLE_SECONDS, maxSeconds: SESSION_MAX_SECONDS },
    /** The page of the shop to which mails about accounts lead. Without one, they show the token itself. */
    accountPageUrl: ACCOUNT_PAGE_URL,
    /** Whether customers confirm their e-mail address before they order. */
    verifiedEmailRequired: REQUIRE_VERIFIED_EMAIL === 'yes',
  }),
});
