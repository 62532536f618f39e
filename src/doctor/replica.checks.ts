import { COMMITTED, explainDatabase, isRelated, type Position, REPLAYED } from '../platform/database/index.js';
import type { Variables } from '../settings.js';
import { withClient } from './database.checks.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'replica';

/** Whether DATABASE_REPLICA_URL leads to a standby of the primary. */
export async function checkReplica({ DATABASE_URL: primary, DATABASE_REPLICA_URL: replica }: Variables) {
  if (primary === undefined || replica === undefined) return [];
  try {
    return [compare(await positionAt(primary, COMMITTED), await positionAt(replica, REPLAYED))];
  } catch (error) {
    const [what = '', remedy] = (explainDatabase(error) ?? String((error as Error).message)).split('\n');
    return [problem(about, `${what}; the primary serves all reads`, remedy)];
  }
}

function compare(committed: Position, replayed: Position): Finding {
  if (!isRelated(replayed, committed)) {
    return problem(
      about,
      'no standby of the primary, or it has not followed its last failover',
      'DATABASE_REPLICA_URL must lead to a streaming standby, in recovery, of the server and database of DATABASE_URL.',
    );
  }
  const behind = Math.max(0, committed.bytes - replayed.bytes);
  return fine(about, `a standby of the primary, ${Math.ceil(behind / 1024)} KiB behind it`);
}

function positionAt(url: string, sql: string): Promise<Position> {
  return withClient(url, async (client) => (await client.query<Position>(sql)).rows[0]!);
}
