import type { ProblemDocs } from '../../platform/http/index.js';

export const passkeyProblems: ProblemDocs = {
  invalid_passkey: {
    status: 401,
    title: 'The passkey was not accepted',
    help: 'Begin again: a challenge works once, within five minutes. The page must be one of PASSKEY_ORIGINS, and the authenticator must ask for a PIN, a fingerprint or the like. Whoever lost the passkey signs in with the password and a recovery code.',
  },
  too_many_passkeys: {
    title: 'The account has as many passkeys as it can have',
    help: 'Remove one that is no longer used: `DELETE /v1/auth/passkeys/:id`.',
  },
};
