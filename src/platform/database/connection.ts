import type { PoolClient, QueryConfig } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { DomainError } from '../../shared/errors.js';
import { DatabaseUnavailable, isUnavailable, violatedConstraint } from './errors.js';

export type Row = Record<string, unknown>;

/** By the name of a constraint: what its violation means to the caller. */
export type Refusals = Readonly<Record<string, () => DomainError>>;

/** Every statement text is prepared once per connection under a short name, so PostgreSQL plans it once. */
const names = new Map<string, string>();

function nameOf(sql: string): string {
  let name = names.get(sql);
  if (!name) {
    name = `till_${names.size}`;
    names.set(sql, name);
  }
  return name;
}

/** One pooled connection in the hands of one transaction. Statements run in the order they are sent. */
export class Connection {
  private readonly sent: Promise<unknown>[] = [];
  private broken = false;
  /** How long to wait for an answer; without it, the pool's own limit. */
  timeoutMs: number | undefined;

  private constructor(private readonly client: PoolClient) {}

  /** @throws DatabaseUnavailable when no connection is to be had in time */
  static async of(runner: QueryRunner): Promise<Connection> {
    try {
      return new Connection((await runner.connect()) as PoolClient);
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailable(error) : error;
    }
  }

  /** @throws DatabaseUnavailable when the server is gone or silent; a database error when it refuses */
  async query<R extends Row>(sql: string, parameters: readonly unknown[] = [], prepared = true): Promise<R[]> {
    try {
      return (await this.client.query<R>(this.statement(sql, parameters, prepared))).rows;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.abandon();
      throw new DatabaseUnavailable(error);
    }
  }

  /** Sends a statement whose answer `settled` waits for. */
  send(sql: string, parameters: readonly unknown[] = [], refusals: Refusals = {}): void {
    const answer = this.query(sql, parameters).catch((error: unknown) => {
      throw refusals[violatedConstraint(error) ?? '']?.() ?? error;
    });
    answer.catch(() => undefined); // reported by settled()
    this.sent.push(answer);
  }

  /** Waits for everything sent; throws what failed first (what follows it only says that the transaction is aborted). */
  async settled(): Promise<void> {
    const answers = await Promise.allSettled(this.sent);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Ends the transaction without effect. */
  async rollback(): Promise<void> {
    if (!this.broken) await this.query('ROLLBACK').catch(() => this.abandon());
  }

  /** Without parameters there is nothing to plan again: BEGIN and COMMIT go as simple queries. */
  private statement(sql: string, parameters: readonly unknown[], prepared: boolean): QueryConfig {
    const timeout = this.timeoutMs ? { query_timeout: this.timeoutMs } : {};
    if (parameters.length === 0) return { text: sql, ...timeout };
    return { ...(prepared && { name: nameOf(sql) }), text: sql, values: [...parameters], ...timeout };
  }

  /** Nobody knows what the connection will still say, so the pool must not hand it out again. */
  private abandon(): void {
    if (this.broken) return;
    this.broken = true;
    // PoolClient's type hides end(): it closes the socket, and the pool drops the client when it is released.
    void (this.client as unknown as { end(): Promise<void> }).end().catch(() => undefined);
  }
}
