import type { Client } from 'pg';
import { compareSchema } from '../database/index.js';
import { NEWER_SCHEMA, NO_SCHEMA, NotReady, OLDER_SCHEMA } from './not-ready.js';

const REASONS = { none: NO_SCHEMA, ahead: NEWER_SCHEMA, behind: OLDER_SCHEMA } as const;

/**
 * Compares the migrations of the database with those of this build, and tells how many are pending. A newer schema on which this build can
 * run is fine: a process of the version before serves until its successor is ready. @throws NotReady if the build can't run on it
 */
export async function assertSchema(client: Client, tell: (pending: number) => void): Promise<void> {
  const query = async (sql: string, parameters?: unknown[]) => (await client.query<object>(sql, parameters)).rows;
  const { fit, pending } = await compareSchema(query);
  tell(pending);
  if (fit !== 'current' && fit !== 'newer') throw new NotReady(REASONS[fit]);
}
