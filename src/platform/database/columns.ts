import { type ColumnOptions, getMetadataArgsStorage } from 'typeorm';
import { SnakeCaseColumns } from './naming.js';

/** A class with TypeORM's decorators. */
export type EntityClass<E> = new () => E;

/** A property that is a column; lists of objects are relations. */
type Property<E> = { [K in keyof E]-?: NonNullable<E[K]> extends readonly object[] ? never : K }[keyof E] & string;

/** A statement for any number of rows, whose parameters are arrays, one for each column; it takes the rows as objects. */
export interface BatchStatement<T> {
  readonly sql: string;
  /** The names of the columns, as in an INSERT. */
  readonly columns: string;
  /** The values of one row, in the order of the columns; the first says which row it is. */
  readonly rowOf: (row: T) => unknown[];
}

interface EntityColumn {
  readonly property: string;
  readonly name: string;
  readonly type: string;
  readonly options: ColumnOptions;
  /** Of a column that is computed when it is read (`@VirtualColumn`): how, from the alias of the table. */
  readonly computed: ((alias: string) => string) | undefined;
}

const naming = new SnakeCaseColumns();

/**
 * The columns of an entity, for SELECT, under the names of its properties: `u.id, u.created_at AS "createdAt"`. Of all that
 * TypeORM reads by default (not `select: false`), or of `properties`.
 * @throws Error when the class has no such column
 */
export function columnsOf<E>(entity: EntityClass<E>, alias: string, properties?: readonly Property<E>[]): string {
  return chosen(entity, properties, ({ select }) => select !== false)
    .map(({ property, name, computed }) => {
      const value = computed ? `(${computed(alias)})` : `${alias}.${name}`;
      return property === name && !computed ? value : `${value} AS "${property}"`;
    })
    .join(', ');
}

/**
 * The columns of an entity, as one JSON object with the names of its properties; of the same columns as `columnsOf`. JSON knows
 * no times and no bytes: name the properties of an entity that has some. `more` adds computed values by name.
 */
export function jsonOf<E>(
  entity: EntityClass<E>,
  alias: string,
  properties?: readonly Property<E>[],
  more: Readonly<Record<string, string>> = {},
): string {
  const pairs = chosen(entity, properties, ({ select }) => select !== false);
  const values = [
    ...pairs.map(({ property, name }) => `'${property}', ${alias}.${name}`),
    ...Object.entries(more).map(([name, value]) => `'${name}', ${value}`),
  ];
  return `json_build_object(${values.join(', ')})`;
}

/**
 * The given rows as a relation, for FROM or WITH: one column for each of `properties`, under the names of the table. Names no
 * table, so its columns have the types of the entity and none of its defaults.
 * @throws Error when the class has no such column, or for a column that is an array
 */
export function valuesOf<E, P extends Property<E>>(
  entity: EntityClass<E>,
  properties: readonly P[],
): BatchStatement<Pick<E, P>> {
  return batchOf<Pick<E, P>>(chosen(entity, properties, () => true));
}

/**
 * INSERT of any number of rows: of all columns but those with `insert: false`, which begin with their default, or of
 * `properties`. Ends after the rows, so that ON CONFLICT and RETURNING may follow.
 * @throws Error as `valuesOf` does
 */
export function insertMany<E, P extends Property<E> = Property<E>>(
  entity: EntityClass<E>,
  properties?: readonly P[],
): BatchStatement<Pick<E, P>> {
  const rows = batchOf<Pick<E, P>>(chosen(entity, properties, ({ insert }, computed) => insert !== false && !computed));
  return { ...rows, sql: `INSERT INTO ${tableOf(entity)} (${rows.columns}) ${rows.sql}` };
}

/**
 * UPDATE of any number of rows, found by their primary key (or by `key`): of all other columns but those with
 * `update: false`, or of `properties`. The table is called `u` in it, the given rows `t`.
 * @throws Error as `valuesOf` does
 */
export function updateMany<E, P extends Property<E> = Property<E>, K extends Property<E> = Property<E>>(
  entity: EntityClass<E>,
  properties?: readonly P[],
  key?: readonly K[],
): BatchStatement<Pick<E, P | K>> {
  const keys = chosen(entity, key, ({ primary }) => primary === true);
  const changed = chosen(
    entity,
    properties,
    ({ primary, update }, computed) => !primary && update !== false && !computed,
  );
  const rows = batchOf<Pick<E, P | K>>([...keys, ...changed]);
  const set = namesOf(changed).map((name) => `${name} = t.${name}`);
  const same = namesOf(keys).map((name) => `u.${name} = t.${name}`);
  const sql = `UPDATE ${tableOf(entity)} u SET ${set.join(', ')} FROM (${rows.sql}) AS t WHERE ${same.join(' AND ')}`;
  return { ...rows, sql };
}

/** The table of an entity, with its schema when it names one. @throws Error when the class is no entity */
export function tableOf(entity: EntityClass<unknown>): string {
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity);
  if (!table) throw new Error(`${entity.name} is no entity.`);
  const name = table.name ?? naming.tableName(entity.name, undefined);
  return table.schema ? `${table.schema}.${name}` : name;
}

function batchOf<T>(columns: readonly EntityColumn[]): BatchStatement<T> {
  const readers = columns.map(readerOf);
  return {
    sql: `SELECT ${columns.map(arrayOf).join(', ')}`,
    columns: namesOf(columns).join(', '),
    rowOf: (row) => readers.map((read) => read(row as Readonly<Record<string, unknown>>)),
  };
}

/**
 * One array for each column. This says what one `unnest` of all arrays in FROM does; PostgreSQL would set that up anew for each
 * column and each time.
 */
function arrayOf(column: EntityColumn, index: number): string {
  return `unnest($${index + 1}::${elementType(column)}[]) AS ${column.name}`;
}

/** JSON travels as text, since a JSON string or array is none of PostgreSQL's. */
function readerOf({ property, type }: EntityColumn): (row: Readonly<Record<string, unknown>>) => unknown {
  if (type !== 'jsonb') return (row) => row[property] ?? null;
  return (row) => (row[property] === null || row[property] === undefined ? null : JSON.stringify(row[property]));
}

/** What `unnest` gives for the column: `char` in an array is one letter, so its texts are text. */
function elementType({ name, type, options }: EntityColumn): string {
  if (options.array) throw new Error(`Column ${name} is an array: rows that travel as arrays can't hold it.`);
  return type === 'char' ? 'text' : type;
}

const namesOf = (columns: readonly EntityColumn[]) => columns.map(({ name }) => name);

function chosen<E>(
  entity: EntityClass<E>,
  properties: readonly string[] | undefined,
  byDefault: (options: ColumnOptions, computed: boolean) => boolean,
): EntityColumn[] {
  const all = allColumns(entity);
  if (!properties) return all.filter(({ options, computed }) => byDefault(options, computed !== undefined));
  return properties.map((property) => {
    const column = all.find((one) => one.property === property);
    if (!column) throw new Error(`${entity.name} has no column for ${property}.`);
    return column;
  });
}

/** In the order in which the class declares them, those of a class it extends first. */
function allColumns(entity: EntityClass<unknown>): EntityColumn[] {
  const parent = Object.getPrototypeOf(entity) as EntityClass<unknown> | null;
  const inherited = typeof parent === 'function' && parent !== Function.prototype ? allColumns(parent) : [];
  const own = getMetadataArgsStorage().columns.filter(({ target }) => target === entity);
  return [
    ...inherited,
    ...own.map(({ propertyName, mode, options }) => ({
      property: propertyName,
      name: naming.columnName(propertyName, options.name, []),
      type: typeOf(entity, propertyName, mode === 'version' ? 'int' : options.type),
      options,
      computed:
        mode === 'virtual-property' ? (options as { readonly query?: (alias: string) => string }).query : undefined,
    })),
  ];
}

/** Entities name the types of the database, as in `@Column('bigint')`: what TypeORM makes of a JavaScript type is none. */
function typeOf(entity: EntityClass<unknown>, property: string, type: ColumnOptions['type']): string {
  if (typeof type !== 'string') throw new Error(`${entity.name} names no database type for ${property}.`);
  return type;
}
