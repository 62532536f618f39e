import type { ProblemDocs } from '../platform/http/index.js';

const limits =
  'A query has at most 20,000 characters, 12 levels, 30 aliases and 500 fields, and its answer at most 8,000 values: ask for shorter lists or fewer fields.';

export const graphqlProblems: ProblemDocs = {
  query_too_large: { status: 400, title: 'Query too large', help: limits },
  query_invalid: {
    status: 400,
    title: 'No valid query',
    help: 'The text is no query of the schema: `message` says why. Changes are made over REST.',
  },
  query_not_listed: {
    status: 400,
    title: 'Query not listed',
    help: 'This server answers only the queries in the file of GRAPHQL_QUERIES.',
  },
  persisted_query_not_found: {
    status: 400,
    title: 'Persisted query not found',
    help: 'No query with this hash was sent lately: send it with its text.',
  },
};
