import { Client } from 'pg';
import type { OwnServer } from './servers.js';

/** Stops a server, and all sessions it has, in its tracks while `work` runs, as a dying disk or a lost network does. */
export async function hanging(server: OwnServer, work: () => Promise<void>): Promise<void> {
  const pids = [server.pid(), ...(await sessionsOf(server))];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/** PostgreSQL serves each session in a process of its own; Redis has none. */
async function sessionsOf({ url }: OwnServer): Promise<number[]> {
  if (!url.startsWith('postgres')) return [];
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}
