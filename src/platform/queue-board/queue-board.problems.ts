import type { ProblemDocs } from '../http/index.js';

export const queueBoardProblems: ProblemDocs = {
  queues_unreadable: {
    status: 503,
    title: 'Queues unreadable',
    help: 'Redis did not answer, so the page of queues shows nothing. Nothing is lost by that: `till queues` counts what waits in PostgreSQL, and events go to their consumers without Redis meanwhile.',
  },
};
