import { z } from 'zod';
import { isProduction, mayUseBuiltInSecrets, seconds, section, url } from '../platform/config/index.js';

export const authSettings = section({
  variables: {
    SESSION_IDLE_SECONDS: seconds.default(14 * 86_400),
    SESSION_MAX_SECONDS: seconds.default(90 * 86_400),
    ACCOUNT_PAGE_URL: url('http', 'https').optional(),
    REQUIRE_VERIFIED_EMAIL: z.enum(['yes', 'no']).default('no'),
    REQUIRE_STAFF_SECOND_FACTOR: z.enum(['yes', 'no']).optional(),
  },
  secrets: [],
  /** Staff could not add the factor that they need. */
  problems: ({ REQUIRE_STAFF_SECOND_FACTOR, ENCRYPTION_KEYS, ...given }) => {
    const isRequired = REQUIRE_STAFF_SECOND_FACTOR ? REQUIRE_STAFF_SECOND_FACTOR === 'yes' : isProduction(given);
    if (!isRequired || ENCRYPTION_KEYS || mayUseBuiltInSecrets(given)) return [];
    return [
      'ENCRYPTION_KEYS: must be set where staff need a second factor (REQUIRE_STAFF_SECOND_FACTOR), such as till:$(openssl rand -base64 32)',
    ];
  },
  settings: (
    {
      SESSION_IDLE_SECONDS,
      SESSION_MAX_SECONDS,
      ACCOUNT_PAGE_URL,
      REQUIRE_VERIFIED_EMAIL,
      REQUIRE_STAFF_SECOND_FACTOR,
    },
    { production },
  ) => ({
    /** A session ends when it is not used for so long, and in any case that long after the sign-in, in seconds. */
    session: { idleSeconds: SESSION_IDLE_SECONDS, maxSeconds: SESSION_MAX_SECONDS },
    /** The page of the shop to which mails about accounts lead. Without one, they show the token itself. */
    accountPageUrl: ACCOUNT_PAGE_URL,
    /** Whether customers confirm their e-mail address before they order. */
    verifiedEmailRequired: REQUIRE_VERIFIED_EMAIL === 'yes',
    /** Whether people with any permission need a second factor. */
    staffSecondFactorRequired: (REQUIRE_STAFF_SECOND_FACTOR ?? (production ? 'yes' : 'no')) === 'yes',
  }),
});
