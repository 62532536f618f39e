import type { ProblemDocs } from '../platform/http/index.js';

export const reportProblems: ProblemDocs = {
  report_too_large: {
    status: 400,
    title: 'Report too large',
    help: 'A table that is sent at once has at most 50,000 rows. Ask for fewer days, or have a file made: POST /v1/exports.',
  },
};
