import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** How often to look whether the pause goes on, in milliseconds. */
const LOOK_MS = 20;
/** How long to wait for its end at most, in milliseconds: with the tries before and after, less than the 5 s of a client. */
const LONGEST_MS = 3500;
/** For how long an answer that there is none holds, in milliseconds: most waits for locks have to do with rows. */
const HOLDS_MS = 100;

/** The lock for which writers wait while a schema changes its node: the second number of its key is that of what moves together. */
const MOVING = `
  SELECT objid::bigint AS id FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 8 AND mode = 'ExclusiveLock' AND granted`;
const IS_OWN = `
  SELECT EXISTS (SELECT FROM pg_dist_schema WHERE schemaid = to_regnamespace(current_schema()) AND colocationid = ANY ($1::bigint[])) AS own`;

/** Returns whether the schema of the connections is just changing its node, so that its writers wait. Without Citus, no lock is of that class. */
export async function isChangingNode(dataSource: DataSource): Promise<boolean> {
  const moving = await dataSource.query<{ id: string }[]>(MOVING);
  if (moving.length === 0) return false;
  const [{ own }] = await dataSource.query<[{ own: boolean }]>(IS_OWN, [moving.map(({ id }) => id)]);
  return own;
}

/**
 * The moment in which a schema changes its node in a Citus cluster. Whoever writes then waits here for its end, without a connection, instead of being
 * refused after a time-out.
 */
export class MovePause {
  private watching: Promise<boolean> | undefined;
  private isMet = false;
  private noneUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly goesOn: () => Promise<boolean>,
    /** Called at the end of a pause: connections to the old node are of no use any more, since triggers fail through it. */
    private readonly ended: () => void = () => undefined,
  ) {}

  /** Resolves at the end of a pause that somebody has met; `undefined` where nobody has. */
  get known(): Promise<unknown> | undefined {
    return this.isMet ? this.watching : undefined;
  }

  /** To be called after a wait for a lock without success. Returns whether a pause was why, at its end. */
  async met(): Promise<boolean> {
    if (!this.watching && performance.now() < this.noneUntil) return false;
    return (this.watching ??= this.watch());
  }

  private async watch(): Promise<boolean> {
    const until = performance.now() + LONGEST_MS;
    while (performance.now() < until && (await this.goesOn().catch(() => false))) {
      this.isMet = true;
      await delay(LOOK_MS);
    }
    const wasMet = this.isMet;
    this.isMet = false;
    this.watching = undefined;
    if (wasMet) this.ended();
    else this.noneUntil = performance.now() + HOLDS_MS;
    return wasMet;
  }
}
