import { traced, tracing } from './tracing.js';

/** In characters. */
const MAX_TEXT = 2000;

/**
 * Runs one exchange with PostgreSQL as a span, by the semantic conventions for databases, if it belongs to a trace. Statements have parameters in
 * place of values, so their text holds no value of a row.
 */
export function tracedStatements<T>(statements: readonly string[], work: () => Promise<T>): Promise<T> {
  if (!tracing()?.position()) return work();
  const operations = statements.map((sql) => /\w+/.exec(sql)?.[0].toUpperCase() ?? 'SQL');
  const [first = 'SQL'] = operations;
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': statements.length > 1 ? 'BATCH' : first,
    'db.query.text': statements.join(';\n').slice(0, MAX_TEXT),
    ...(statements.length > 1 && { 'db.operation.batch.size': statements.length }),
  };
  return traced(
    statements.length > 1 ? `BATCH ${[...new Set(operations)].join(' ')}` : first,
    { kind: 'client', attributes },
    work,
  );
}
