import { madeByBuild } from '../build/index.js';
import { checksumOf, loadMigrations, type MigrationClass } from './migrations.js';

/** What a process that only serves needs to know of a migration. */
export interface KnownMigration {
  readonly name: string;
  /** As `checksumOf` returns it. */
  readonly checksum: string;
}

let computed: Promise<readonly KnownMigration[]> | undefined;

/** Returns the migrations of this build, in order: from a file that the build wrote, or else from their code, which is loaded for it. */
export function knownMigrations(): Promise<readonly KnownMigration[]> {
  return (computed ??= Promise.resolve(madeByBuild<KnownMigration[]>('migrations')).then((made) => made ?? compute()));
}

async function compute(): Promise<readonly KnownMigration[]> {
  return withChecksums(await loadMigrations());
}

/** Returns these migrations with their checksums, in their order. */
export function withChecksums(migrations: readonly MigrationClass[]): Promise<readonly KnownMigration[]> {
  return Promise.all(migrations.map(async (it) => ({ name: it.name, checksum: await checksumOf(it) })));
}
