import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A function of a row: its name, the table whose row it takes, what it returns, and whether its body was a text before. */
interface RowFunction {
  readonly name: string;
  readonly of: string;
  readonly result: string;
  readonly wasText?: true;
}

const LINE_TOTAL = `CASE WHEN l.tax_mode IS NULL AND l.discount = 0 THEN (l.quantity - l.cancelled_quantity) * l.unit_price
          ELSE line_gross(l) - share_of(line_gross(l), l.cancelled_quantity, l.quantity) END`;
const ORDER_OWED = `greatest(0, o.authorized_amount - o.refunded_amount - o.charged_back_amount
      - o.void_pending - o.refund_pending - o.disputed_amount
      - CASE WHEN o.status IN ('cancelled', 'expired') THEN 0 ELSE least(o.total, o.agreed_amount) END)`;
const withTax = (price: string, row: string) =>
  `${price} + CASE WHEN ${row}.tax_mode = 'exclusive' THEN ${row}.tax ELSE 0 END`;
const share = (column: string) => `l.${column} - share_of(l.${column}, l.cancelled_quantity, l.quantity)`;

/** Each needs the functions before it. */
const FUNCTIONS: readonly RowFunction[] = [
  { name: 'line_gross', of: 'l order_lines', result: withTax('l.quantity * l.unit_price - l.discount', 'l') },
  { name: 'line_total', of: 'l order_lines', result: LINE_TOTAL },
  { name: 'line_tax', of: 'l order_lines', result: share('tax') },
  { name: 'line_discount', of: 'l order_lines', result: share('discount') },
  { name: 'charge_gross', of: 'c order_charges', result: withTax('c.amount - c.discount', 'c') },
  { name: 'order_owed', of: 'o orders', result: ORDER_OWED, wasText: true },
];
const create = (name: string, row: string, body: string) =>
  `CREATE FUNCTION ${name}(${row}) RETURNS bigint LANGUAGE sql IMMUTABLE ${body};`;
const drop = `DROP FUNCTION ${FUNCTIONS.toReversed()
  .map(({ name }) => name)
  .join(', ')};`;

const ofAnyTable = FUNCTIONS.map(({ name, of, result }) =>
  create(name, `${of.split(' ')[0]} anyelement`, `AS $$\n    SELECT ${result}\n  $$`),
);
const ofTheirTables = FUNCTIONS.map(({ name, of, result, wasText }) =>
  create(name, of, wasText ? `AS $$\n    SELECT ${result}\n  $$` : `RETURN ${result}`),
);

/** The view as it is, with these amounts: its rights stay, and nobody sees it otherwise. */
const view = (of: (call: string) => string) => `
      CREATE OR REPLACE VIEW order_parts AS
        SELECT l.order_id, l.id, false AS is_charge, l.quantity, l.tax_mode, ${of('line_gross(l)')} AS whole_gross, l.tax AS whole_tax,
          l.discount AS whole_discount, ${of('line_total(l)')} AS gross, ${of('line_tax(l)')} AS tax, ${of('line_discount(l)')} AS discount
        FROM order_lines l
        UNION ALL
        SELECT c.order_id, c.id, true, 1, c.tax_mode, ${of('charge_gross(c)')}, c.tax, c.discount, ${of('charge_gross(c)')}, c.tax, c.discount
        FROM order_charges c;`;
const replace = (functions: readonly string[]) => `
      ${view(() => '0::bigint')}
      ${drop}
      ${functions.join('\n      ')}
      ${view((call) => call)}
    `;

/**
 * Functions of a row take the row of any table that has the columns. With a table's own type, PostgreSQL 15.20 refuses to add a column
 * with a default to the table, and Citus, which calls a table otherwise where its rows are, does not find the functions.
 */
export class FunctionsOfRows1700000046000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replace(ofAnyTable));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(replace(ofTheirTables));
  }
}
