import { Client } from 'pg';
import type { AppliedMigrations } from '../applied-migrations.js';
import { NOTHING_MOVES } from '../shop-lock.js';
import { appliedInSchemas } from './applied-in-shops.js';

/** A further shop of the database. The default one is in no directory. */
export interface Shop {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly schema: string;
  readonly status: 'active' | 'suspended';
  /** The role of its processes, if it is not the one that owns the schema. */
  readonly role: string | null;
  readonly createdAt: Date;
}

export type NewShop = Pick<Shop, 'slug' | 'name' | 'schema' | 'role'>;

/** The lock of those who change the directory. */
export const DIRECTORY_LOCK = 748_470;
/** A schema whose name is no role's, since `"$user"` in a search_path would find it. */
const DIRECTORY = `
  CREATE SCHEMA IF NOT EXISTS till_shops;
  CREATE TABLE IF NOT EXISTS till_shops.shops (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND slug <> 'default' AND length(slug) <= 40),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    schema     text NOT NULL UNIQUE CHECK (schema = 'shop_' || replace(slug, '-', '_')),
    status     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    role       text,
    created_at timestamptz NOT NULL DEFAULT now()
  )`;
const EXISTS = `SELECT to_regclass('till_shops.shops') IS NOT NULL AS exists`;
const LIST = `
  SELECT id, slug, name, schema, status, role, created_at AS "createdAt" FROM till_shops.shops ORDER BY created_at, slug`;
const ENTRY = `SELECT to_jsonb(s) AS entry FROM till_shops.shops s WHERE slug = $1`;
const INSERT = `INSERT INTO till_shops.shops (slug, name, schema, role) VALUES ($1, $2, $3, $4)`;
const SET_STATUS = `
  UPDATE till_shops.shops SET status = $2 WHERE slug = $1
  RETURNING id, slug, name, schema, status, role, created_at AS "createdAt"`;
const COLUMNS = `
  SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'till_shops.shops'::regclass AND attnum > 0 AND NOT attisdropped`;
const MARK = `SELECT obj_description(to_regnamespace($1), 'pg_namespace') AS mark`;
const REMOVE = `DELETE FROM till_shops.shops WHERE slug = $1 AND status = 'suspended'`;
const CONNECTED = `
  SELECT DISTINCT CASE WHEN client_port IS NULL THEN 'an address that this user may not see'
    ELSE coalesce(host(client_addr), 'this machine') END AS address FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = $1`;
const COPIED = `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'till_shops.shops'::regclass) AS copied`;
const READS = `SELECT has_table_privilege($1, 'till_shops.shops', 'SELECT') AS reads`;
const FACTS = `
  SELECT to_regclass('migrations') IS NOT NULL AS migrated, to_regnamespace($1) IS NOT NULL AS taken, current_user::text AS user,
    current_database() AS database`;

/** What stands in the way of a new shop. */
export interface Facts {
  /** Whether the default shop has its tables. */
  readonly migrated: boolean;
  /** Whether there is a schema of that name. */
  readonly taken: boolean;
  readonly user: string;
  readonly database: string;
}

/** The list of the shops of one database, in a schema apart from those of the shops. It is made with the first further shop. */
export class ShopDirectory {
  constructor(private readonly client: Client) {}

  /** The further shops, the oldest first; none where nobody ever made one. */
  async list(): Promise<Shop[]> {
    const { rows } = await this.client.query<{ exists: boolean }>(EXISTS);
    return rows[0]!.exists ? (await this.client.query<Shop>(LIST)).rows : [];
  }

  /** The further shops with the migrations that ran in each, the oldest first. */
  async listMigrations(): Promise<(Shop & { readonly migrations: AppliedMigrations })[]> {
    const shops = await this.list();
    const applied = await appliedInSchemas(
      this.client,
      shops.map(({ schema }) => schema),
    );
    return shops.map((shop) => ({ ...shop, migrations: applied.get(shop.schema)! }));
  }

  async find(slug: string): Promise<Shop | undefined> {
    return (await this.list()).find((shop) => shop.slug === slug);
  }

  /** All columns of a shop by their names in the database, those of a later release too; `undefined` if there is no such shop. */
  async entry(slug: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (!(await this.find(slug))) return undefined;
    return (await this.client.query<{ entry: Record<string, unknown> }>(ENTRY, [slug])).rows[0]?.entry;
  }

  /** Runs `work` in a transaction while nobody else changes the directory. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    await this.client.query('BEGIN');
    try {
      await this.client.query(`SELECT pg_advisory_xact_lock(${DIRECTORY_LOCK})`);
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async factsFor(schema: string): Promise<Facts> {
    return (await this.client.query<Facts>(FACTS, [schema])).rows[0]!;
  }

  /** Makes the directory where nobody ever made a further shop, and returns the names of its columns; in `change`. */
  async columns(): Promise<string[]> {
    await this.client.query(DIRECTORY);
    return (await this.client.query<{ name: string }>(COLUMNS)).rows.map(({ name }) => name);
  }

  /** Adds a shop with its empty schema; in `change`. */
  async add({ slug, name, schema, role }: NewShop): Promise<void> {
    await this.client.query(DIRECTORY);
    await this.client.query(`CREATE SCHEMA ${schema}`);
    await this.client.query(INSERT, [slug, name, schema, role]);
  }

  /** Has every node of a Citus cluster a copy of the directory, so that a process reads it beside its shop; in `change`. Safe to repeat. */
  async copyToNodes(): Promise<void> {
    const { rows } = await this.client.query<{ copied: boolean }>(COPIED);
    if (!rows[0]!.copied) await this.client.query(`SELECT create_reference_table('till_shops.shops')`);
  }

  /** The comment of a schema. */
  async markOf(schema: string): Promise<string | null> {
    return (await this.client.query<{ mark: string | null }>(MARK, [schema])).rows[0]!.mark;
  }

  async mark(schema: string, mark: string | null): Promise<void> {
    await this.client.query(
      `COMMENT ON SCHEMA ${schema} IS ${mark === null ? 'NULL' : this.client.escapeLiteral(mark)}`,
    );
  }

  /** Suspends or resumes a shop, and returns it; `undefined` if there is no such shop. */
  async setStatus(slug: string, status: Shop['status']): Promise<Shop | undefined> {
    if (!(await this.find(slug))) return undefined;
    return (await this.client.query<Shop>(SET_STATUS, [slug, status])).rows[0];
  }

  /**
   * Drops the schema of a suspended shop with all that is in it, and its row; in `change`. It waits for others five seconds. Returns whether
   * the shop was suspended.
   */
  async remove({ slug, schema }: Pick<Shop, 'slug' | 'schema'>): Promise<boolean> {
    await this.client.query(`SET LOCAL lock_timeout = '5s'`);
    if ((await this.client.query(REMOVE, [slug])).rowCount === 0) return false;
    await this.client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    return true;
  }

  /** Whether no shop is being moved to another node; in `change`, none is until its end. */
  async nothingMoves(): Promise<boolean> {
    return (await this.client.query<{ still: boolean }>(`SELECT ${NOTHING_MOVES} AS still`)).rows[0]!.still;
  }

  /** From where connections to this database with this name come. */
  async connectionsNamed(name: string): Promise<string[]> {
    return (await this.client.query<{ address: string }>(CONNECTED, [name])).rows.map(({ address }) => address);
  }

  /** Lets a role of processes read the directory, if there is one; in `change`. */
  async admit(role: string): Promise<void> {
    if (!(await this.client.query<{ exists: boolean }>(EXISTS)).rows[0]!.exists) return;
    const { rows } = await this.client.query<{ reads: boolean }>(READS, [role]);
    if (rows[0]!.reads) return;
    const name = this.client.escapeIdentifier(role);
    await this.client.query(`GRANT USAGE ON SCHEMA till_shops TO ${name}; GRANT SELECT ON till_shops.shops TO ${name}`);
  }
}

/**
 * Lets the role of the processes read the directory of the database at `url`: with `SHOPS=all` they look there which shops there are. Does nothing where
 * nobody ever made a further shop. Safe to repeat.
 */
export function admitToDirectory(url: string, role: string): Promise<void> {
  return withDirectory(url, (directory) => directory.change(() => directory.admit(role)));
}

/** Reads or changes the directory of the database at `url`. With `timeoutMs`, connecting and each statement fail when they take longer, in milliseconds. */
export async function withDirectory<T>(
  url: string,
  use: (directory: ShopDirectory) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs ?? 10_000,
    ...(timeoutMs !== undefined && { query_timeout: timeoutMs }),
    application_name: 'till-shops',
  });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  try {
    return await use(new ShopDirectory(client));
  } finally {
    await client.end();
  }
}
