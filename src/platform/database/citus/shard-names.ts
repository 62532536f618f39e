import type { Client } from 'pg';

/** What an error of the server has, as `pg` hands it out. */
interface ServerError {
  message: string;
  detail?: string | undefined;
  where?: string | undefined;
  code?: string | undefined;
  table?: string | undefined;
  constraint?: string | undefined;
}

/** Citus calls a table, its indexes and its constraints by their names with the number of the shard, which has six digits or more. */
const SHARD = /_\d{6,}$/;
const QUOTED = /"((?:[^"]|"")*?)_\d{6,}"/g;

/** Names tables and constraints in an error as the schema does. */
function withoutShards(error: ServerError): void {
  error.message = error.message.replaceAll(QUOTED, '"$1"');
  if (error.detail !== undefined) error.detail = error.detail.replaceAll(QUOTED, '"$1"');
  if (error.table !== undefined) error.table = error.table.replace(SHARD, '');
  if (error.constraint !== undefined) error.constraint = error.constraint.replace(SHARD, '');
}

/** Connections to a node of a Citus cluster. */
const ofCluster = new WeakSet<object>();

/** Whether the connection leads to a node of a Citus cluster. */
export function isOfCluster(client: object): boolean {
  return ofCluster.has(client);
}

/** Has all errors of a connection name tables and constraints as the schema does, before anybody else sees them. */
export function nameTables(client: Client): void {
  ofCluster.add(client);
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.prependListener('errorMessage', withoutShards);
}
