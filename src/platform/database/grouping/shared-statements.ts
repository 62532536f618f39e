import type { Row } from '../wire/protocol.js';

interface Open {
  readonly rows: (readonly unknown[])[];
  readonly result: Promise<Row[]>;
}

/**
 * Single statements for any number of rows, outside of transactions: those of one text that are asked for in one turn of the event
 * loop run as one statement. When it fails, it fails for all of them.
 */
export class SharedStatements {
  private readonly open = new Map<string, Open>();

  constructor(private readonly run: (sql: string, rows: readonly (readonly unknown[])[]) => Promise<Row[]>) {}

  /** Returns the rows for everybody who asked. */
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
