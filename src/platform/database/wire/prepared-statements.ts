import type { PoolClient } from 'pg';
import { PreparedStatement } from './protocol.js';

/** Statements by text, for each connection that has parsed them. */
const statements = new WeakMap<PoolClient, Map<string, PreparedStatement>>();

/** One short name for each text, the same on all connections. */
const names = new Map<string, string>();

/**
 * The prepared statement of this text on this connection: parsed and planned once, whatever its parameters. Every text
 * is kept for good, so a text that depends on what a request asks for must not come here.
 */
export function statementOf(client: PoolClient, sql: string): PreparedStatement | Promise<PreparedStatement> {
  let known = statements.get(client);
  if (!known) statements.set(client, (known = new Map()));
  return known.get(sql) ?? prepare(client, sql, known);
}

async function prepare(
  client: PoolClient,
  sql: string,
  known: Map<string, PreparedStatement>,
): Promise<PreparedStatement> {
  let name = names.get(sql);
  if (!name) names.set(sql, (name = `till_${names.size}`));
  const statement = new PreparedStatement(name, sql);
  client.query(statement);
  await statement.ready;
  known.set(sql, statement);
  return statement;
}
