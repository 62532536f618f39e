import { escapeLiteral } from 'pg';
import { schemaOf } from '../../config/index.js';
import { lockOfSchema, MIGRATION_LOCK_KEY } from '../shop-lock.js';
import { MigrationRefused } from '../migration-session.js';
import { assertPossible, assertSlug } from './create-shop.js';
import { DIRECTORY_LOCK, type Shop, withDirectory } from './directory.js';

/** Where the shop of that name is kept while its schema's name belongs to the one that arrives; nobody else ever sees it. */
const KEPT = 'till_kept_schema';
/** Columns that say where a shop is, not what it is. */
const OF_THE_PLACE = new Set(['id', 'slug', 'schema', 'status', 'role']);

/** A shop that comes from another database. */
export interface Arrival {
  /** Of the export; a mark at the schema says with it that the import has not ended. */
  readonly id: string;
  /** What it was called where it comes from, and its schema there. */
  readonly from: { readonly slug: string; readonly schema: string };
  /** Its row of the directory there, by columns. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly slug: string;
  readonly role: string | null;
}

/** The statements around those of the dump, which make the schema that it comes from. None of them commits. */
export interface AroundDump {
  readonly before: string;
  readonly after: string;
}

/**
 * Returns the statements with which a shop arrives in the database at `url`, all in one transaction; `undefined` if it has arrived already, and
 * its import did not end. Where the schema that the dump makes is that of another shop, that one has another name within this transaction: its
 * processes see nothing of that, and don't wait.
 * @throws MigrationRefused if the slug or the schema is taken
 */
export function arrivalOf(url: string, arrival: Arrival): Promise<AroundDump | undefined> {
  const { slug, role, from } = arrival;
  const schema = schemaOf(slug);
  assertSlug(slug);
  return withDirectory(url, (directory) =>
    directory.change(async () => {
      const known = await directory.find(slug);
      if (known) {
        if ((await directory.markOf(schema)) === markOf(arrival.id)) return undefined;
        throw taken(known);
      }
      assertPossible({ slug, schema, role, name: slug }, await directory.factsFor(schema));
      const columns = await directory.columns();
      const isKept = from.schema !== schema && (await directory.factsFor(from.schema)).taken;
      return {
        before: ['BEGIN', ...(isKept ? keep(from) : [])].join(';\n'),
        after: [...rename(from.schema, schema), ...(isKept ? giveBack(from) : []), ...enter(arrival, columns)].join(
          ';\n',
        ),
      };
    }),
  );
}

/** The comment of the schema while the import of this export goes on. */
function markOf(id: string): string {
  return `till: the import of ${id} goes on`;
}

/** Whoever migrates that shop would wait for this transaction with its schema's rights, so it must not begin. */
function keep({ slug, schema }: Arrival['from']): string[] {
  return [
    raiseUnless(
      `pg_try_advisory_xact_lock(${lockOfSchema(schema, MIGRATION_LOCK_KEY)})`,
      `The shop ${slug} of this database is being migrated. Wait for that.`,
    ),
    `ALTER SCHEMA ${schema} RENAME TO ${KEPT}`,
  ];
}

function giveBack({ schema }: Arrival['from']): string[] {
  return [`ALTER SCHEMA ${KEPT} RENAME TO ${schema}`];
}

/** Constraints, indexes, defaults and triggers know their objects by number; only functions may have the schema's name. */
function rename(from: string, schema: string): string[] {
  const functions = `FROM pg_catalog.pg_proc p WHERE p.pronamespace = '${schema}'::regnamespace`;
  if (from === schema) return [];
  return [
    `ALTER SCHEMA ${from} RENAME TO ${schema}`,
    `DO $till$ DECLARE f record; BEGIN
      FOR f IN SELECT p.oid::regprocedure AS name ${functions} AND EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
      LOOP EXECUTE format('ALTER FUNCTION %s SET search_path TO ${schema}', f.name); END LOOP;
    END $till$`,
    raiseUnless(
      `NOT EXISTS (SELECT ${functions} AND (p.prosrc ~ '\\m${from}\\M' OR p.proconfig::text ~ '\\m${from}\\M'))`,
      `A function of the file names the schema ${from}, so that it can only be imported under its own slug.`,
    ),
  ];
}

/** The shop arrives suspended: what it still had to send waits until somebody says that no other copy of it sells. */
function enter({ id, entry, from, slug, role }: Arrival, columns: readonly string[]): string[] {
  const schema = schemaOf(slug);
  const carried = Object.entries(entry).filter(
    ([column]) =>
      columns.includes(column) &&
      !OF_THE_PLACE.has(column) &&
      (from.slug === slug || column === 'name' || column === 'created_at'),
  );
  const row = { ...Object.fromEntries(carried), slug, schema, status: 'suspended', role };
  const names = Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ');
  return [
    `COMMENT ON SCHEMA ${schema} IS ${escapeLiteral(markOf(id))}`,
    `SELECT pg_catalog.pg_advisory_xact_lock(${DIRECTORY_LOCK})`,
    `INSERT INTO till_shops.shops (${names}) SELECT ${names} FROM pg_catalog.jsonb_populate_record(NULL::till_shops.shops, ${escapeLiteral(JSON.stringify(row))})`,
  ];
}

function taken({ slug, status }: Shop): MigrationRefused {
  return new MigrationRefused(
    `There is a shop ${slug} already (${status}). Import the file under another slug (--slug), or delete that one first.`,
  );
}

/** Ends the import of a shop: a repeat is refused from now on, as the shop is there. */
export function endImport(url: string, slug: string): Promise<void> {
  return withDirectory(url, (directory) => directory.mark(schemaOf(slug), null));
}

/** A statement that ends the transaction with a message unless a condition holds. */
export function raiseUnless(condition: string, message: string): string {
  return `DO $till$ BEGIN IF NOT (${condition}) THEN RAISE EXCEPTION USING MESSAGE = ${escapeLiteral(message)}; END IF; END $till$`;
}
