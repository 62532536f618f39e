import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** Work that the worker has not done: events not relayed, deliveries not acknowledged, ledger transactions not sealed. */
const BACKLOG = `
  SELECT ((SELECT count(*) FROM outbox)
    + (SELECT count(*) FROM event_deliveries WHERE status IN ('pending', 'queued', 'running'))
    + (SELECT count(*) FROM ledger_unsealed))::int AS backlog`;
const PATIENCE_SECONDS = 120;

export interface Backlog {
  /** Rows waiting when it was first asked. */
  readonly atEnd: number;
  /** Until none waited any more; Infinity when some still wait after `patienceSeconds`. */
  readonly secondsToZero: number;
}

/** Waits until the worker has caught up. */
export async function drained(sql: Client, patienceSeconds = PATIENCE_SECONDS): Promise<Backlog> {
  const started = performance.now();
  const atEnd = await backlog(sql);
  for (let left = atEnd; left > 0; left = await backlog(sql)) {
    if (performance.now() - started > patienceSeconds * 1000) return { atEnd, secondsToZero: Number.POSITIVE_INFINITY };
    await sleep(50);
  }
  return { atEnd, secondsToZero: atEnd === 0 ? 0 : (performance.now() - started) / 1000 };
}

async function backlog(sql: Client): Promise<number> {
  return (await sql.query<{ backlog: number }>(BACKLOG)).rows[0]!.backlog;
}
