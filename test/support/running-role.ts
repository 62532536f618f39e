import { Client } from 'pg';

/** The role of the processes in tests, which owns nothing. Tests themselves connect as the owner. */
export const RUNNING_ROLE = 'till_app';
export const RUNNING_PASSWORD = 'till-app-password';

/** Creates the role on a server, unless it is there. */
export async function createRunningRole(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [RUNNING_ROLE]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${RUNNING_ROLE} LOGIN PASSWORD '${RUNNING_PASSWORD}'`);
  } finally {
    await client.end();
  }
}

/** The URL of the same database for the role of the processes. */
export function asRunningRole(url: string): string {
  return Object.assign(new URL(url), { username: RUNNING_ROLE, password: RUNNING_PASSWORD }).href;
}
