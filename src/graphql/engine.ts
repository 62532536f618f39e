import {
  buildSchema,
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { assertShort } from './domain/answer-size.js';
import { assertAffordable, LIMITS } from './domain/query-cost.js';
import { QueryRefused } from './graphql.errors.js';
import { SCHEMA } from './schema.js';

/** Ends reading a text early: no valid query is so long. */
const MAX_TOKENS = 4000;
const MAX_ERRORS = 5;

/** What reads a field of the schema, by `Type.field`. */
export type FieldResolvers<C> = Readonly<Record<string, GraphQLFieldResolver<unknown, C>>>;

/** What a client asks. */
export interface Asked {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How errors of resolvers are shown. */
export type PresentError = (error: unknown) => { readonly message: string; readonly code: string };

/** The GraphQL machine: loaded only where /graphql is on. */
export class Engine<C> {
  private readonly schema = buildSchema(SCHEMA);
  private readonly rules;

  constructor(
    resolvers: FieldResolvers<C>,
    { introspection }: { readonly introspection: boolean },
    private readonly present: PresentError,
  ) {
    this.rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    for (const [name, resolve] of Object.entries(resolvers)) {
      const [type, field] = name.split('.') as [string, string];
      (this.schema.getType(type) as GraphQLObjectType).getFields()[field]!.resolve = resolve;
    }
  }

  /** Runs a query. @throws QueryRefused before anything is read, for what is no query of the schema, changes something, or asks too much */
  async run({ query, operationName, variables }: Asked, contextValue: C): Promise<object> {
    const document = this.read(query, operationName, variables);
    const args = { schema: this.schema, document, operationName, variableValues: variables, contextValue };
    const result = await execute(args);
    assertShort(result.data);
    return this.shown(result);
  }

  /** Limits come first: validating takes time that grows with the square of what is written. */
  private read(query: string, operationName: string | undefined, variables: Asked['variables']): DocumentNode {
    const document = parsed(query);
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== 'query')
      throw new QueryRefused(
        'query_invalid',
        'It must have one query, or `operationName` must name one of its queries.',
      );
    assertAffordable(document, operation, variables);
    const errors = validate(this.schema, document, this.rules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0) throw new QueryRefused('query_invalid', errors.map(({ message }) => message).join(' '));
    return document;
  }

  private shown({ data, errors }: ExecutionResult): object {
    if (!errors) return { data };
    const shown = errors.map(({ path, originalError, message }) => {
      // Errors of the engine itself, such as a variable of a wrong type, have no other error in them.
      const { code, ...said } = originalError ? this.present(originalError) : { message, code: 'query_invalid' };
      return { ...said, path, extensions: { code } };
    });
    return { data: data ?? null, errors: shown };
  }
}

function parsed(query: string): DocumentNode {
  if (query.length > LIMITS.text)
    throw new QueryRefused('query_too_large', `The query has more than ${LIMITS.text} characters.`);
  try {
    return parse(query, { maxTokens: MAX_TOKENS, noLocation: true });
  } catch (error) {
    // Of lists in lists.
    if (error instanceof RangeError) throw new QueryRefused('query_too_large', 'The query is nested too deeply.');
    if (!(error instanceof GraphQLError)) throw error;
    const code = error.message.includes('token limit') ? 'query_too_large' : 'query_invalid';
    throw new QueryRefused(code, error.message);
  }
}
