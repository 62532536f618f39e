import type { ProblemDocs } from '../platform/http/index.js';

export const privacyProblems: ProblemDocs = {
  erasure_blocked: {
    title: 'An order is open, or money is due',
    help: 'Cancel or complete the orders, wait for payments and refunds, and use up or pay out store credit; then erase the account.',
  },
  own_erasure: {
    title: 'This is your own account',
    help: 'Use DELETE /v1/users/me, which asks for your password.',
  },
};
