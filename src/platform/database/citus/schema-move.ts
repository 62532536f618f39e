import type { Client } from 'pg';
import { sqlState } from '../errors.js';
import { MigrationRefused } from '../migration-session.js';
import { type ClusterNode, nameOf } from './cluster.js';
import { LeadFailed, withLead } from './led-move.js';
import { MoveWatch } from './move-watch.js';
import { SequenceLead } from './sequence-lead.js';
import { carrySequences } from './sequences.js';

export interface MoveOptions {
  /** Called with a message for each step. */
  readonly report?: (message: string) => void;
  /** Ends the move; the schema stays where it was. */
  readonly signal?: AbortSignal;
}

/** A move to make. */
export interface Way {
  readonly from: Pick<ClusterNode, 'host' | 'port'>;
  readonly target: Pick<ClusterNode, 'host' | 'port'>;
}

/** How a move went. */
export interface SchemaMove {
  /** For how long writes to the schema waited, in milliseconds, as far as could be seen from outside. */
  readonly pauseMs: number;
}

const MOVE = `SELECT citus_schema_move($1::regnamespace, $2::text, $3::integer, 'auto')`;
/** The move takes as long as it takes; when its client dies, it ends instead of going on unseen (PostgreSQL manual, section 20.3). */
const SETTINGS = `SET statement_timeout = 0; SET lock_timeout = 0; SET client_connection_check_interval = '2s'`;
const CLEAN_UP = 'CALL citus_cleanup_orphaned_resources()';
const LEFT = 'SELECT count(*)::int AS records FROM pg_dist_cleanup';
/** SQLSTATE of a deadlock, which a transaction that writes to several tables may have with the move. */
const DEADLOCK = '40P01';
const MAX_ATTEMPTS = 5;

/**
 * Moves a schema to another node: Citus copies its tables by logical replication while they are written to, then has writers wait until the rest has
 * followed, and commits the new place. Nothing has changed when it fails. `client` must be connected to the coordinator at `url`.
 * @throws MigrationRefused when the sequences can't be kept ahead
 */
export async function moveSchema(
  { client, url }: { readonly client: Client; readonly url: string },
  schema: string,
  { from, target }: Way,
  options: MoveOptions = {},
): Promise<SchemaMove> {
  const { report = () => undefined, signal } = options;
  await client.query(SETTINGS);
  await removeLeftovers(client, report);
  const lead = await SequenceLead.open(url, schema, from, target);
  const watch = await MoveWatch.open(url, await pidOf(client), report);
  const cancel = () => void watch.cancel().catch(() => undefined); // then it ends when this process does
  signal?.addEventListener('abort', cancel);
  try {
    signal?.throwIfAborted();
    await lead.raise();
    const move = () => client.query(MOVE, [schema, target.host, target.port]);
    const led = { lead: () => lead.raise(), end: () => watch.cancel() };
    await watch.during(() => withLead(() => afterDeadlocks(move, report), led));
  } catch (error) {
    if (!(error instanceof LeadFailed)) throw error;
    await afterLostLead(error, { url, schema, from, target, report });
  } finally {
    signal?.removeEventListener('abort', cancel);
    await watch.close();
    await lead.close();
    await removeLeftovers(client, report).catch(() => undefined); // the error of the move says more; Citus tries again by itself
  }
  return { pauseMs: watch.pauseMs };
}

/** A shop that has moved all the same counts on from the rows that it has. */
async function afterLostLead(
  { message, isDone }: LeadFailed,
  { url, schema, from, target, report }: Way & { url: string; schema: string; report: (message: string) => void },
): Promise<void> {
  const lost = `The sequences on ${nameOf(target)} could not be kept ahead of those on ${nameOf(from)}`;
  if (!isDone)
    throw new MigrationRefused(
      `${lost}, so the move was ended, and the shop stays where it was (${message}). Repeat it when both nodes answer.`,
    );
  report(`${lost} to the end (${message}); they go on after the greatest numbers of their tables`);
  await carrySequences(url, schema);
}

async function afterDeadlocks(move: () => Promise<unknown>, report: (message: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await move());
    } catch (error) {
      if (sqlState(error) !== DEADLOCK || attempt === MAX_ATTEMPTS) throw error;
      report(`a transaction stood in the way (attempt ${attempt} of ${MAX_ATTEMPTS}); beginning anew`);
    }
  }
}

/** Has Citus remove what an interrupted move has copied, and what a completed one has left at the old place. */
async function removeLeftovers(client: Client, report: (message: string) => void): Promise<void> {
  const left = async () => (await client.query<{ records: number }>(LEFT)).rows[0]!.records;
  const before = await left();
  if (before === 0) return;
  await client.query(CLEAN_UP);
  const after = await left();
  report(
    `removed ${before - after} of ${before} leftovers of moves${after > 0 ? '; Citus removes the others when nothing uses them' : ''}`,
  );
}

async function pidOf(client: Client): Promise<number> {
  return (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
}
