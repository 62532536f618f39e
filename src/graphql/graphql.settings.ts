import { z } from 'zod';
import { section } from '../platform/config/index.js';

const onOff = z.enum(['on', 'off']);

export const graphqlSettings = section({
  variables: {
    GRAPHQL: onOff.default('off'),
    GRAPHQL_INTROSPECTION: onOff.optional(),
    GRAPHQL_QUERIES: z.string().optional(),
  },
  secrets: [],
  settings: (variables, config) => ({
    /** Whether the api serves /graphql. */
    isOn: variables.GRAPHQL === 'on',
    /** Whether clients may ask for the schema. */
    introspection: (variables.GRAPHQL_INTROSPECTION ?? (config.production ? 'off' : 'on')) === 'on',
    /** A file with the only queries that are served, by their hashes. */
    queriesFile: variables.GRAPHQL_QUERIES,
  }),
});
