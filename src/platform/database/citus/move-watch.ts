import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** Writers share the lock of the metadata of their shard (class 4 of the advisory locks of Citus) and of all with it (class 8); while the move has it alone, they wait. */
const PAUSES = `
  SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND locktype = 'advisory' AND objsubid IN (4, 8) AND mode = 'ExclusiveLock' AND granted) AS yes`;
/** Asks the nodes for the sizes of all tables, which waits where the move has one. */
const STEP = `
  SELECT max(status) AS step, sum(target_shard_size)::text AS copied, sum(source_shard_size)::text AS of FROM get_rebalance_progress()`;
const SETTINGS = `SET statement_timeout = '1s'; SET lock_timeout = '1s'`;
/** How often to look for a pause, and for the step, in milliseconds. */
const PAUSE_MS = 25;
const STEP_MS = 3000;

/** Watches a move by connections of its own, and hinders it in nothing. */
export class MoveWatch {
  private pauseBegan: number | undefined;
  private pauseEnded: number | undefined;
  private said: string | undefined;

  private constructor(
    private readonly pauses: Client,
    private readonly steps: Client,
    private readonly url: string,
    private readonly pid: number,
    private readonly report: (message: string) => void,
  ) {}

  /** `pid`: the backend that moves, on the server at `url`. */
  static async open(url: string, pid: number, report: (message: string) => void): Promise<MoveWatch> {
    return new MoveWatch(await connect(url), await connect(url), url, pid, report);
  }

  /** For how long writers waited, in milliseconds. */
  get pauseMs(): number {
    return this.pauseBegan === undefined ? 0 : Math.round(this.pauseEnded! - this.pauseBegan);
  }

  /** Looks again and again until `work` has ended; that it can't look ends nothing. */
  async during(work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const looking = [
      this.repeat(over.signal, PAUSE_MS, () => this.lookForPause()),
      this.repeat(over.signal, STEP_MS, () => this.lookForStep()),
    ];
    try {
      await work();
    } finally {
      over.abort();
      await Promise.all(looking);
      await this.lookForPause().catch(() => undefined);
    }
  }

  /** Ends the running statement of the move. */
  async cancel(): Promise<void> {
    this.report('ending the move');
    const client = await connect(this.url);
    await client.query('SELECT pg_cancel_backend($1::integer)', [this.pid]).finally(() => client.end());
  }

  async close(): Promise<void> {
    await Promise.all([this.pauses.end(), this.steps.end()]);
  }

  private async repeat(over: AbortSignal, everyMs: number, look: () => Promise<void>): Promise<void> {
    while (!over.aborted) {
      await look().catch(() => undefined);
      await delay(everyMs, undefined, { signal: over }).catch(() => undefined);
    }
  }

  private async lookForPause(): Promise<void> {
    const pauses = (await this.pauses.query<{ yes: boolean }>(PAUSES, [this.pid])).rows[0]!.yes;
    const now = performance.now();
    if (pauses) this.pauseBegan ??= now;
    if (this.pauseBegan !== undefined && pauses) this.pauseEnded = now;
  }

  private async lookForStep(): Promise<void> {
    if (this.pauseBegan !== undefined) return;
    const { step, copied, of } = (await this.steps.query<Record<'step' | 'copied' | 'of', string | null>>(STEP))
      .rows[0]!;
    if (step === null) return;
    const said = `${step.toLowerCase()}, ${copied ?? 0} of ${of ?? 0} bytes`;
    if (said !== this.said) this.report(said);
    this.said = said;
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'till move' });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  await client.query(SETTINGS);
  return client;
}
