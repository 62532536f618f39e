import type { ProblemDocs } from '../platform/http/index.js';

export const userProblems: ProblemDocs = {
  email_taken: { title: 'E-mail address already registered', help: 'Sign in instead, or use another address.' },
  own_roles: {
    title: 'You can not change your own roles',
    help: 'Ask another administrator. This prevents that the last administrator locks everybody out.',
  },
  own_status: {
    title: 'You can not disable your own account',
    help: 'Ask another administrator. This prevents that people lock themselves out by mistake.',
  },
};
