import { type Connection as Wire, type Submittable, types } from 'pg';
import { serialize } from 'pg-protocol';
import pgUtils from 'pg/lib/utils.js';

// PostgreSQL's extended query protocol (manual, section 54.2.3) as `pg` lets others speak it: objects that it submits
// to the wire and that it then hands every answer to, until the server is ready again. `pg-cursor` works the same way.

export type Row = Record<string, unknown>;

/** One column of an answer: its name, and what turns its text into a value. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

const TIMESTAMPTZ: number = types.builtins.TIMESTAMPTZ;
/** How a session in UTC writes a time with four digits for its year; other ones are rare. */
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;

/** The time in a text of the usual form, to the millisecond as JavaScript has it: five times as fast as the driver, which reads all forms. */
function momentOf(text: string): Date | undefined {
  return MOMENT.test(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : undefined;
}

function columnsOf(fields: RowDescription['fields']): Column[] {
  return fields.map(({ name, dataTypeID }) => {
    const parse = types.getTypeParser(dataTypeID, 'text') as (text: string) => unknown;
    return { name, parse: dataTypeID === TIMESTAMPTZ ? (text) => momentOf(text) ?? parse(text) : parse };
  });
}

/** What `pg` calls back when an exchange has ended; it stops the timer that it had set for it. */
type Ended = (error?: Error) => void;

/** A statement that the server parses once for each connection, under a name. */
export class PreparedStatement implements Submittable {
  columns: readonly Column[] = [];
  readonly ready: Promise<void>;
  callback: Ended | undefined;
  private readonly resolve: () => void;
  private readonly reject: (error: Error) => void;

  constructor(
    readonly name: string,
    readonly text: string,
  ) {
    const { promise, resolve, reject } = withResolvers<void>();
    this.ready = promise;
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(wire: Wire): void {
    wire.parse({ name: this.name, text: this.text, types: [] }, true);
    wire.describe({ type: 'S', name: this.name }, true);
    wire.sync();
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.columns = columnsOf(fields);
  }

  handleError(error: Error): void {
    this.callback?.(error);
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.resolve();
  }
}

/** A statement that the server parses each time, without a name: for a pooler, which may lead to another session each time. */
export class UnnamedStatement {
  readonly name = '';
  columns: readonly Column[] = [];

  constructor(readonly text: string) {}
}

/** A statement on its way, with its parameters. */
export interface Execution {
  readonly statement: PreparedStatement | UnnamedStatement;
  readonly parameters: readonly unknown[];
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Statements that travel together and are answered together: one round trip, however many there are. When one fails,
 * the server skips those after it, and they all fail with its error.
 */
export class Batch implements Submittable {
  readonly ended: Promise<void>;
  callback: Ended | undefined;
  private readonly rows: Row[][];
  private readonly unreadable = new Map<number, Error>();
  private readonly end: () => void;
  private at = 0;

  constructor(
    private readonly executions: readonly Execution[],
    /** Milliseconds to wait for the answers; the connection's own limit when absent. */
    readonly query_timeout?: number,
  ) {
    const { promise, resolve } = withResolvers<void>();
    this.ended = promise;
    this.end = resolve;
    this.rows = executions.map(() => []);
  }

  submit(wire: Wire): void {
    const messages: Buffer[] = [];
    for (const { statement, parameters } of this.executions) {
      const isUnnamed = statement instanceof UnnamedStatement;
      if (isUnnamed) messages.push(serialize.parse({ name: '', text: statement.text }));
      messages.push(serialize.bind({ statement: statement.name, values: parameters.map(textOf) }));
      if (isUnnamed) messages.push(serialize.describe({ type: 'P', name: '' }));
      messages.push(serialize.execute());
    }
    messages.push(serialize.sync());
    // All messages leave by one write, because each write costs. On a closed connection, its `end` event fails the batch.
    if (wire.stream.writable) wire.stream.write(Buffer.concat(messages));
  }

  /** Comes with unnamed statements only. */
  handleRowDescription({ fields }: RowDescription): void {
    this.executions[this.at]!.statement.columns = columnsOf(fields);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    try {
      this.rows[this.at]!.push(rowOf(this.executions[this.at]!.statement.columns, fields));
    } catch (error) {
      this.unreadable.set(this.at, error as Error); // thrown here it would end the process
    }
  }

  handleCommandComplete(): void {
    this.at += 1;
  }

  handleEmptyQuery(): void {
    this.at += 1;
  }

  handleError(error: Error): void {
    // What is checked at the end of an implicit transaction fails after the last statement has answered.
    this.settle(Math.min(this.at, this.executions.length - 1), error);
  }

  handleReadyForQuery(): void {
    this.settle(this.executions.length);
  }

  /** Statements before `failedAt` have answered; the others fail with `error`. */
  private settle(failedAt: number, error?: Error): void {
    this.callback?.(error);
    this.executions.forEach(({ resolve, reject }, index) => {
      const failure = index < failedAt ? this.unreadable.get(index) : error;
      if (failure) reject(failure);
      else resolve(this.rows[index]!);
    });
    this.end();
  }
}

/**
 * A parameter as the server reads it; an array as a literal (manual, section 8.15.6), much faster than `pg` makes one. Arrays are
 * flat, without holes, and hold bytes as Buffers.
 */
function textOf(parameter: unknown): string | Buffer | null {
  if (parameter instanceof Date) return dateText(parameter);
  return Array.isArray(parameter) ? `{${parameter.map(elementOf).join(',')}}` : pgUtils.prepareValue(parameter);
}

function elementOf(element: unknown): string {
  if (typeof element === 'string') return quoted(element);
  if (element === null || element === undefined) return 'NULL';
  if (typeof element === 'number' || typeof element === 'boolean') return String(element);
  if (Buffer.isBuffer(element)) return `"\\\\x${element.toString('hex')}"`;
  return quoted(element instanceof Date ? dateText(element) : String(pgUtils.prepareValue(element)));
}

/** ISO 8601 with four digits for the year, which JavaScript writes much faster than `pg`; years of other lengths are rare. */
function dateText(date: Date): string {
  const year = date.getUTCFullYear(); // NaN for an invalid date, which the server refuses
  return year >= 0 && year <= 9999 ? date.toISOString() : String(pgUtils.prepareValue(date));
}

/** What JSON writes otherwise than a literal: it has letters for control characters, and digits for half of a surrogate pair. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x1f]/;

/** JSON puts the same backslashes before quotes and backslashes, and three times as fast, which matters for stored answers and events. */
function quoted(text: string): string {
  if (!CONTROLS.test(text) && text.isWellFormed()) return JSON.stringify(text);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): Row {
  const row: Row = {};
  columns.forEach(({ name, parse }, index) => {
    const text = fields[index] ?? null;
    row[name] = text === null ? null : parse(text);
  });
  return row;
}

/** `Promise.withResolvers`, which Node has from version 22 on. */
export function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((whenDone, whenFailed) => {
    resolve = whenDone;
    reject = whenFailed;
  });
  return { promise, resolve, reject };
}
