import type { Row } from '../wire/protocol.js';

interface Open {
  readonly rows: (readonly unknown[])[];
  readonly result: Promise<Row[]>;
}

/**
 * Statements for any number of rows outside of transactions: calls with the same text in one turn of the event loop run as one
 * statement. If it fails, all of them fail.
 */
export class SharedStatements {
  private readonly open = new Map<string, Open>();

  constructor(private readonly run: (sql: string, rows: readonly (readonly unknown[])[]) => Promise<Row[]>) {}

  /** Returns the rows of all callers. */
  query(sql: string, rows: readonly (readonly unknown[])[]): Promise<Row[]> {
    const open = this.open.get(sql) ?? this.begin(sql);
    open.rows.push(...rows);
    return open.result;
  }

  private begin(sql: string): Open {
    const rows: (readonly unknown[])[] = [];
    const result = new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.open.delete(sql);
      return this.run(sql, rows);
    });
    const open = { rows, result };
    this.open.set(sql, open);
    return open;
  }
}
