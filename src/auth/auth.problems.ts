import type { ProblemDocs } from '../platform/http/index.js';

export const authProblems: ProblemDocs = {
  invalid_credentials: {
    title: 'E-mail address or password is wrong',
    help: 'Check both. The response is the same whether or not the account exists.',
  },
  email_not_verified: {
    title: 'The e-mail address is not confirmed',
    help: '`POST /v1/auth/email/verification` sends a mail with a token; `POST /v1/auth/email/verification/confirmation` takes it. The shop asks for it with `REQUIRE_VERIFIED_EMAIL`.',
  },
  invalid_token: {
    title: 'The token of the mail is not valid',
    help: 'Ask for another mail. A token of a mail works once and for a limited time: 30 minutes for a new password.',
  },
  invalid_refresh_token: {
    title: 'The refresh token is not valid',
    help: 'Sign in again. A refresh token works once; one that is used again later ends its session, because somebody else may have it. Sessions also end when they are not used, when their owner ends them, and when the password changes.',
  },
};
