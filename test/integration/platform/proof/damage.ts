import { encodeId, type Id, type IdPrefix } from '../../../../src/shared/ids.js';
import type { ProvenTable } from '../../../../src/platform/proof/index.js';

type Sql = (text: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;
type Row = Readonly<Record<string, unknown>>;

/** Something that a superuser does to rows with the triggers off, and what the proof must name for it. */
export interface Damage {
  readonly what: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Public ids, one of which the proof must name. */
  readonly names: readonly string[];
}

/** The columns of a table, with what generates values for them. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** Values that the table's CHECK constraints list for it. */
  readonly listed: readonly string[];
}

const owners: Readonly<Record<string, IdPrefix>> = {
  order_id: 'ord',
  payment_id: 'pay',
  attempt_id: 'att',
  refund_id: 'rfd',
  dispute_id: 'dsp',
  product_id: 'prd',
  fulfillment_id: 'ful',
  line_id: 'lin',
  discount_id: 'dsc',
  transaction_id: 'txn',
  account_id: 'acc',
  user_id: 'usr',
};

export async function columnsOf(sql: Sql, table: string): Promise<Column[]> {
  const columns = await sql(
    `SELECT column_name AS name, udt_name AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  const checks = await sql(
    `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'`,
    [table],
  );
  return columns.map(({ name, type }) => ({
    name: String(name),
    type: String(type),
    listed: listedFor(String(name), checks),
  }));
}

function listedFor(column: string, checks: readonly Row[]): string[] {
  const list = checks.map(({ text }) => String(text)).find((text) => text.startsWith(`CHECK ((${column} = ANY`));
  return [...(list ?? '').matchAll(/'([^']+)'::text/g)].map(([, value]) => value!);
}

/** Values to put in place of this one, as SQL. */
function others({ name, type, listed }: Column): string[] {
  const quoted = `"${name}"`;
  if (listed.length > 0) return listed.map((value) => `'${value}'`);
  if (type === 'uuid') return ['gen_random_uuid()', 'NULL'];
  if (type.startsWith('int')) return [`${quoted} + 1`, `${quoted} - 1`, '1', 'NULL'];
  if (type === 'timestamptz') return [`${quoted} + interval '1 day'`, 'now()'];
  if (type === 'bytea') return [`sha256('other')`, 'NULL'];
  if (type === 'numeric') return [`${quoted} + 1`];
  if (type === 'bpchar') return [name === 'country' ? `'FR'` : `'USD'`];
  if (type === 'text') return [`${quoted} || 'x'`, `'other'`];
  if (type === 'jsonb') return [`'{"other": true}'::jsonb`];
  if (type === 'bool') return [`NOT ${quoted}`];
  throw new Error(`The damage test knows no other value for ${name} of type ${type}.`);
}

/** Changes of each column that means something, in each of these rows. */
export function changes(table: ProvenTable, columns: readonly Column[], rows: readonly Row[]): Damage[] {
  return meaningful(table, columns).flatMap((column) =>
    others(column).flatMap((value) =>
      rows
        .filter((row) => !isAlike(table, column, row, value))
        .map((row) => ({
          what: `${table.table}.${column.name} = ${value}`,
          sql: `UPDATE ${table.table} SET "${column.name}" = ${value} WHERE ctid = $1 AND "${column.name}" IS DISTINCT FROM ${value} RETURNING *`,
          parameters: [row['ctid']],
          names: namesOf(table, row),
        })),
    ),
  );
}

function isAlike(table: ProvenTable, { name }: Column, row: Row, value: string): boolean {
  return alikeOf(table, name, row).some((values) => values.some((one) => value === `'${one}'`));
}

/** The lists of values that are as good as the one of this row. */
function alikeOf({ alike = [] }: ProvenTable, name: string, row: Row): (readonly string[])[] {
  return alike
    .filter(({ column }) => column === name)
    .map(({ values }) => values)
    .filter((values) => values.includes(String(row[name])));
}

export function deletions(table: ProvenTable, rows: readonly Row[]): Damage[] {
  return rows.map((row) => ({
    what: `${table.table}: a row deleted`,
    sql: `DELETE FROM ${table.table} WHERE ctid = $1 RETURNING *`,
    parameters: [row['ctid']],
    names: namesOf(table, row),
  }));
}

/** Copies of rows, which differ in whatever must be unique. */
export function insertions(
  table: ProvenTable,
  columns: readonly Column[],
  unique: readonly string[],
  rows: readonly Row[],
): Damage[] {
  const fresh = (column: Column): string => {
    if (!unique.includes(column.name)) return `"${column.name}"`;
    if (column.type === 'uuid') return 'gen_random_uuid()';
    if (column.type.startsWith('int')) return `(SELECT max("${column.name}") + 1 FROM ${table.table} m)`;
    if (column.type === 'bytea') return `sha256("${column.name}")`;
    return column.type === 'text' && column.listed.length === 0 ? `"${column.name}" || 'x'` : `"${column.name}"`;
  };
  const names = columns.map(({ name }) => `"${name}"`);
  return rows.map((row) => ({
    what: `${table.table}: a row inserted`,
    sql: `INSERT INTO ${table.table} (${names}) SELECT ${columns.map(fresh)} FROM ${table.table} WHERE ctid = $1 RETURNING *`,
    parameters: [row['ctid']],
    names: namesOf(table, row),
  }));
}

/** Two rows exchange the values of a column. */
export function swaps(table: ProvenTable, columns: readonly Column[], rows: readonly Row[]): Damage[] {
  return meaningful(table, columns).flatMap(({ name }) =>
    rows.slice(1).flatMap((row, index) =>
      isAlikeSwap(table, name, [row, rows[index]!]) ||
      differOnlyIn(name, meaningful(table, columns), [row, rows[index]!])
        ? []
        : [
            {
              what: `${table.table}.${name} of two rows exchanged`,
              sql: `UPDATE ${table.table} t SET "${name}" = o."${name}" FROM ${table.table} o
        WHERE ((t.ctid = $1 AND o.ctid = $2) OR (t.ctid = $2 AND o.ctid = $1)) AND t."${name}" IS DISTINCT FROM o."${name}" RETURNING t.*`,
              parameters: [rows[index]!['ctid'], row['ctid']],
              names: [...namesOf(table, rows[index]!), ...namesOf(table, row)],
            },
          ],
    ),
  );
}

function isAlikeSwap(table: ProvenTable, name: string, [one, other]: readonly [Row, Row]): boolean {
  return alikeOf(table, name, one).some((values) =>
    alikeOf(table, name, other).some(
      (others) => others.includes(String(one[name])) && values.includes(String(other[name])),
    ),
  );
}

/** Rows that say the same but for one value: after its exchange the table says what it said before. */
function differOnlyIn(name: string, columns: readonly Column[], [one, other]: readonly [Row, Row]): boolean {
  return columns.every((column) => column.name === name || String(one[column.name]) === String(other[column.name]));
}

/** The row's own name, and those of what it belongs to, before and after the damage. */
export function namesOf({ id, prefix }: ProvenTable, row: Row): string[] {
  const own = typeof row[id] === 'string' ? [encodeId(prefix, row[id] as Id<IdPrefix>)] : [];
  const others = Object.entries(owners).flatMap(([column, kind]) =>
    typeof row[column] === 'string' ? [encodeId(kind, row[column] as Id<IdPrefix>)] : [],
  );
  return [...own, ...others];
}

function meaningful({ ignored }: ProvenTable, columns: readonly Column[]): Column[] {
  return columns.filter(({ name }) => !(name in ignored));
}
