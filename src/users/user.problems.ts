import type { ProblemDocs } from '../platform/http/index.js';

export const userProblems: ProblemDocs = {
  email_taken: { title: 'E-mail address already registered', help: 'Sign in instead, or use another address.' },
  account_erased: {
    title: 'The account was erased',
    help: 'Nothing of it can be changed or read any more. Its owner may register again.',
  },
  last_admin: {
    title: 'The last administrator stays one',
    help: 'Somebody must be able to give roles. Make another account an administrator first.',
  },
  role_taken: { title: 'There is a role of this name', help: 'Use another name, or change the existing role.' },
  role_in_use: {
    title: 'Accounts have this role',
    help: 'Take the role from all accounts that have it, then delete it.',
  },
  built_in_role: {
    title: 'A built-in role stays as it is',
    help: 'Make a role of your own with the permissions that you need: POST /v1/roles.',
  },
  own_roles: {
    title: "You can't change your own roles",
    help: 'Ask another administrator. This prevents that the last administrator locks everybody out.',
  },
  own_status: {
    title: "You can't disable your own account",
    help: 'Ask another administrator. This prevents that people lock themselves out by mistake.',
  },
  password_too_short: {
    title: 'The password is too short to be the only factor',
    help: 'A password has at least 15 characters, or 8 beside a second factor. Change it (`POST /v1/auth/password/change`), then remove the factor.',
  },
};
