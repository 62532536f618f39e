import type { ProblemDocs } from '../../platform/http/index.js';

export const identityProblems: ProblemDocs = {
  sign_in_at_provider_failed: {
    status: 401,
    title: 'The sign-in at the provider failed',
    help: 'Begin again with POST /v1/auth/providers/:provider/authorizations. A sign-in works once, within ten minutes, in the browser that began it.',
  },
  identity_provider_unavailable: {
    status: 503,
    title: 'The identity provider does not answer',
    help: 'Try again later, or sign in with the password.',
  },
  identity_not_linked: {
    title: 'The account is not linked to this provider',
    help: 'Sign in with the password, then link the provider: POST /v1/auth/identities/authorizations.',
  },
  identity_without_email: {
    title: 'The provider confirms no e-mail address',
    help: 'Confirm the address at the provider, or register here and link the provider.',
  },
  identity_taken: {
    title: 'The identity belongs to another account',
    help: 'An account at a provider is linked to one account. Sign in to that one and remove it there.',
  },
};
