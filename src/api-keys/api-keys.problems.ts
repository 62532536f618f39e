import type { ProblemDocs } from '../platform/http/index.js';

export const apiKeyProblems: ProblemDocs = {
  api_key_rotating: {
    title: 'The key has two secrets in use',
    help: 'A key has two live secrets at most. Rotate it again when the one before has ended (`previous.expiresAt` of the key), or with `{"overlapHours":0}`, which ends both at once.',
  },
  not_your_api_key: {
    status: 403,
    title: 'The key belongs to somebody else',
    help: 'A key acts in the name of its owner, so nobody else gets a secret of it. Make a key of your own with `POST /v1/api-keys`, and revoke the other one.',
  },
};
