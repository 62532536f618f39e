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
  return at(serverUrl, name);
}

/** The database of this name, which is made where there is none. */
export async function namedDatabase(serverUrl: string, name: string): Promise<BenchDatabase> {
  await withClient(serverUrl, async (sql) => {
    const { rowCount } = await sql.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await sql.query(`CREATE DATABASE ${name}`);
  });
  return at(serverUrl, name);
}

/** Removes the databases of earlier runs on a server whose data is kept. */
export async function dropLeftovers(serverUrl: string): Promise<void> {
  await withClient(serverUrl, async (sql) => {
    const { rows } = await sql.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname ~ '^till_bench_[0-9a-f]{12}$'`,
    );
    for (const { datname } of rows) await sql.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
}

function at(serverUrl: string, name: string): BenchDatabase {
  const drop = async () => {
    await withClient(serverUrl, (sql) => sql.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href, drop };
}
