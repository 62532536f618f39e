import type { ProblemDocs } from '../platform/http/index.js';

export const authProblems: ProblemDocs = {
  invalid_credentials: {
    title: 'E-mail address or password is wrong',
    help: 'Check both. The response is the same whether or not the account exists.',
  },
};
