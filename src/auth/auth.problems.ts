import type { ProblemDocs } from '../platform/http/index.js';

export const authProblems: ProblemDocs = {
  cookie_sessions_off: {
    status: 400,
    title: 'There are no cookie sessions here',
    help: 'The installation does not offer them. Sign in without `cookie`: the answer has the tokens.',
  },
  invalid_credentials: {
    status: 401,
    title: 'E-mail address or password is wrong',
    help: 'Check both. The response is the same whether or not the account exists.',
  },
  email_not_verified: {
    status: 403,
    title: 'The e-mail address is not confirmed',
    help: '`POST /v1/auth/email/verification` sends a mail with a token; `POST /v1/auth/email/verification/confirmation` takes it. The shop asks for it with `REQUIRE_VERIFIED_EMAIL`.',
  },
  invalid_code: {
    status: 401,
    title: 'The code is wrong or was used',
    help: 'A code of the app works once, in its 30 seconds and the 30 seconds after. Codes that are all wrong often mean that the clock of the phone is. A recovery code works in its place.',
  },
  invalid_mfa_token: {
    status: 401,
    title: 'The sign-in has taken too long',
    help: 'Sign in again: between the password and the second factor are at most 5 minutes, and the account must not change meanwhile.',
  },
  second_factor_required: {
    status: 403,
    title: 'The account needs a second factor',
    help: 'The roles of the account ask for one (`REQUIRE_STAFF_SECOND_FACTOR`). Until it is there, the session reaches only `/v1/auth/mfa` and its end: `POST /v1/auth/mfa/totp` returns a QR code for an authenticator app, `POST /v1/auth/mfa/totp/confirmation` takes its first code and returns the tokens of a new session.',
  },
  factor_exists: {
    title: 'The account has an authenticator app already',
    help: 'Remove it with `DELETE /v1/auth/mfa/totp`, then add the new one.',
  },
  no_encryption_keys: {
    status: 503,
    title: 'This installation can keep no secrets of authenticator apps',
    help: 'Its operator sets `ENCRYPTION_KEYS`.',
  },
  no_such_factor: {
    title: 'The account has no such second factor',
    help: '`GET /v1/auth/mfa` lists what it has. A secret waits 15 minutes for its first code.',
  },
  invalid_token: {
    status: 400,
    title: 'The token of the mail is not valid',
    help: 'Ask for another mail. A token of a mail works once and for a limited time: 30 minutes for a new password.',
  },
  invalid_refresh_token: {
    status: 401,
    title: 'The refresh token is not valid',
    help: 'Sign in again. A refresh token works once; one that is used again later ends its session, because somebody else may have it. Sessions also end when they are not used, when their owner ends them, and when the password changes.',
  },
};
