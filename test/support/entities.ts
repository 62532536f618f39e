import type { Client } from 'pg';
import type { EntityMetadata, TableColumn } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** A column as PostgreSQL describes it. */
interface DatabaseColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly primary: boolean;
  readonly identity: 'ALWAYS' | 'BY DEFAULT' | null;
}

const COLUMNS = `
  SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS table, a.attname AS name,
    -- Of a domain its type: TypeORM knows no domains.
    format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), a.atttypmod) AS type, NOT a.attnotnull AS nullable,
    CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
    a.attnum = ANY (coalesce(k.conkey, '{}')) AS primary,
    CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
  LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY 1, a.attnum`;

/** The tables of the database, other schemas than `public` named; each with its columns. */
async function tablesOf(client: Client): Promise<Map<string, DatabaseColumn[]>> {
  const { rows } = await client.query<DatabaseColumn>(COLUMNS);
  const tables = new Map<string, DatabaseColumn[]>();
  for (const column of rows) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}

/** What entities and tables do not agree on, a line each. Tables in `withoutEntity` need none, and must have none. */
export async function differences(
  client: Client,
  entities: readonly EntityMetadata[],
  withoutEntity: Readonly<Record<string, string>>,
): Promise<string[]> {
  const tables = await tablesOf(client);
  const byTable = new Map(entities.map((entity) => [entity.tablePath, entity]));
  const found: string[] = [];
  for (const [table, columns] of tables) {
    const entity = byTable.get(table);
    if (entity) found.push(...differencesOf(entity, columns));
    if (!entity === !(table in withoutEntity)) found.push(`table ${table} has ${entity ? 'an' : 'no'} entity`);
  }
  for (const table of [...byTable.keys(), ...Object.keys(withoutEntity)]) {
    if (!tables.has(table)) found.push(`table ${table} does not exist`);
  }
  return found;
}

function differencesOf(entity: EntityMetadata, columns: readonly DatabaseColumn[]): string[] {
  const kept = entity.columns.filter(({ isVirtualProperty }) => !isVirtualProperty);
  const names = new Set([...columns.map(({ name }) => name), ...kept.map((column) => column.databaseName)]);
  return [...names].flatMap((name) => {
    const found = columns.find((column) => column.name === name);
    const stated = kept.find((column) => column.databaseName === name);
    const place = `${entity.tablePath}.${name}`;
    if (!found) return [`${place} is no column of the table`];
    if (!stated) return [`${place} is no column of ${entity.name}`];
    const [ours, theirs] = [statedColumn(stated), { ...found, default: plain(found.default) }];
    return (['type', 'nullable', 'primary', 'identity', 'default'] as const)
      .filter((what) => ours[what] !== undefined && ours[what] !== theirs[what])
      .map((what) => `${place}: ${what} is ${String(theirs[what])}, and ${String(ours[what])} in ${entity.name}`);
  });
}

/** What the entity says of a column, in PostgreSQL's words; no default when it states none. */
function statedColumn(column: ColumnMetadata) {
  const driver = column.entityMetadata.connection.driver as PostgresDriver;
  const { length, precision, scale, isArray } = column;
  const type = driver.createFullType({
    type: driver.normalizeType(column),
    length,
    precision,
    scale,
    isArray,
  } as TableColumn);
  const given = driver.normalizeDefault(column);
  return {
    type: type.toLowerCase().replace(/ array$/, '[]'),
    nullable: column.isNullable,
    primary: column.isPrimary,
    identity: column.generatedIdentity ?? null,
    default: given === undefined ? undefined : plain(given),
  };
}

/** A default without its quotes and its cast. */
function plain(expression: string | null): string | null {
  return expression?.replace(/::[\w ]+(\(\d+\))?$/, '').replace(/^'(.*)'$/, '$1') ?? null;
}
