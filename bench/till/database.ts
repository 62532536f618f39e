import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of this run's own. */
export interface BenchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(connectionString: string, work: (sql: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The first column of the first row. */
export function scalar<T>(connectionString: string, statement: string): Promise<T> {
  return withClient(connectionString, async (sql) => {
    const { rows } = await sql.query<[T]>({ text: statement, rowMode: 'array' });
    return rows[0]![0];
  });
}

/** Makes a database on the server of `serverUrl`, empty or a copy of another one that nobody is connected to. */
export async function createDatabase(serverUrl: string, template?: BenchDatabase): Promise<BenchDatabase> {
  const name = `till_bench_${randomBytes(6).toString('hex')}`;
  const copy = template ? ` TEMPLATE ${new URL(template.url).pathname.slice(1)}` : '';
  await withClient(serverUrl, (sql) => sql.query(`CREATE DATABASE ${name}${copy}`));
  const drop = async () => {
    await withClient(serverUrl, (sql) => sql.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href, drop };
}
