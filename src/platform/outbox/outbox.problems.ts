import type { ProblemDocs } from '../http/index.js';

export const outboxProblems: ProblemDocs = {
  events_deleted: {
    status: 410,
    title: 'Events deleted',
    help: 'The operator lets events be deleted after some time (`RETENTION_EVENTS_DAYS`), and what `after` or `updatedSince` asks for began before that: a copy that goes on from there would miss something. Make the copy anew, and read what follows more often.',
  },
};
