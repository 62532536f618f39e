import type { ProblemDocs } from '../platform/http/index.js';

export const exportProblems: ProblemDocs = {
  too_many_exports: {
    title: 'Too many exports at once',
    help: 'A few exports of one person are made at a time. Wait until one is ready (GET /v1/exports/{id}), then ask again.',
  },
  too_much_exported: {
    title: 'Too many large exports are kept',
    help: 'The files of one person, and of all together, take so much space at most. They are deleted some days after they were made (RETENTION_EXPORTS_DAYS): wait, or ask for fewer days.',
  },
  export_link_invalid: {
    status: 403,
    title: 'Link to a file is not valid',
    help: 'A link to the file of an export works for some minutes, and only while whoever asked for the export may read its rows. GET /v1/exports/{id} gives a new link.',
  },
};
