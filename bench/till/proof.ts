import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from '../load/http-connection.js';
import { withClient } from './database.js';

/** A proof as the api made it, and how long that took. */
export interface MeasuredProof {
  readonly balanced: boolean;
  readonly mode: 'incremental' | 'full';
  readonly seconds: number;
}

/** Whether the books hold, by GET /v1/ledger/proof. */
export async function isBalanced(apiUrl: string, adminToken: string, host?: string): Promise<boolean> {
  return (await prove(apiUrl, adminToken, false, host)).balanced;
}

/** Has the api prove, everything or what was written since the last checkpoint. */
export async function prove(apiUrl: string, adminToken: string, full: boolean, host?: string): Promise<MeasuredProof> {
  const connection = await HttpConnection.open(apiUrl, host);
  const began = performance.now();
  try {
    const { status, body } = await connection.get(`/v1/ledger/proof?full=${full}`, adminToken);
    if (status !== 200) throw new Error(`GET /v1/ledger/proof answered ${status}: ${body}`);
    const { balanced, mode } = JSON.parse(body) as MeasuredProof;
    return { balanced, mode, seconds: (performance.now() - began) / 1000 };
  } finally {
    connection.close();
  }
}

/** Waits until the worker has sealed what is there now; returns how many seconds its proof took. */
export async function sealed(databaseUrl: string, patienceSeconds: number): Promise<number> {
  return withClient(databaseUrl, async (sql) => {
    const { rows } = await sql.query<{ now: Date }>('SELECT now() AS now');
    const until = performance.now() + patienceSeconds * 1000;
    while (performance.now() < until) {
      const found = await sql.query<{ ms: number }>(
        `SELECT took_ms AS ms FROM proof_runs, (SELECT max(at) AS at FROM proof_checkpoints) c
         WHERE c.at > $1 ORDER BY id DESC LIMIT 1`,
        [rows[0]!.now],
      );
      if (found.rows[0]) return found.rows[0].ms / 1000;
      await sleep(200);
    }
    throw new Error(`The worker sealed nothing within ${patienceSeconds} s.`);
  });
}
