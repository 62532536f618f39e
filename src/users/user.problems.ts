import type { ProblemDocs } from '../platform/http/index.js';

export const userProblems: ProblemDocs = {
  email_taken: { title: 'E-mail address already registered', help: 'Sign in instead, or use another address.' },
  own_roles: {
    title: 'Nobody changes their own roles',
    help: 'Ask another administrator. So the last one can not lock everybody out.',
  },
  own_status: {
    title: 'Nobody disables their own account',
    help: 'Ask another administrator. So nobody locks themselves out by mistake.',
  },
};
