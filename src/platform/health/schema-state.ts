import type { Client } from 'pg';
import { loadMigrations } from '../database/index.js';
import { NEWER_SCHEMA, NO_SCHEMA, NotReady, OLDER_SCHEMA } from './not-ready.js';

let known: Promise<ReadonlySet<string>> | undefined;

/** The names of this build's migrations, read once. */
function knownMigrations(): Promise<ReadonlySet<string>> {
  return (known ??= loadMigrations().then((classes) => new Set(classes.map(({ name }) => name))));
}

/** Compares the migrations of the database with those of this build. @throws NotReady if they differ */
export async function assertSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
  const applied = new Set(rows.map(({ name }) => name));
  const own = await knownMigrations();
  if (applied.size === 0) throw new NotReady(NO_SCHEMA);
  if ([...applied].some((name) => !own.has(name))) throw new NotReady(NEWER_SCHEMA);
  if ([...own].some((name) => !applied.has(name))) throw new NotReady(OLDER_SCHEMA);
}
