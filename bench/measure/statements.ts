import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** What PostgreSQL did for one statement text, by pg_stat_statements. */
export interface Statement {
  /** The role that sent it. */
  readonly role: string;
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
}

const TRACK = 'pg_stat_statements.track';
/** A statement begins with a word; what begins with a parenthesis is an expression of a trigger function. */
const READ = `
  SELECT rolname AS role, regexp_replace(query, '\\s+', ' ', 'g') AS text, sum(calls)::int AS calls,
    sum(total_exec_time) AS "totalMs"
  FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
  WHERE d.datname = $1 AND query ~ '^\\s*[A-Z]' GROUP BY 1, 2 ORDER BY 4 DESC`;

/** Counts the statements that `work` makes clients send to the database; needs a superuser and the extension. */
export async function countStatements(
  serverUrl: string,
  databaseUrl: string,
  work: () => Promise<unknown>,
): Promise<Statement[]> {
  const sql = new Client({ connectionString: serverUrl });
  await sql.connect();
  try {
    await track(sql, 'top');
    await sql.query('SELECT pg_stat_statements_reset()');
    await work();
    await track(sql, 'none');
    return (await sql.query<Statement>(READ, [new URL(databaseUrl).pathname.slice(1)])).rows;
  } finally {
    await sql.end();
  }
}

/** Only while it counts does it cost anything. */
async function track(sql: Client, value: 'top' | 'none'): Promise<void> {
  await sql.query(`ALTER SYSTEM SET ${TRACK} = '${value}'`);
  await sql.query('SELECT pg_reload_conf()');
  while ((await sql.query<Record<string, string>>(`SHOW ${TRACK}`)).rows[0]![TRACK] !== value) await sleep(20);
}
