import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import { DatabaseUnavailable, isUnavailable } from './errors.js';

export type Row = Record<string, unknown>;

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
  async query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    try {
      // Without parameters there is nothing to plan again: BEGIN and COMMIT go as simple queries.
      const answer =
        parameters.length > 0
          ? this.client.query<R>({ name: nameOf(sql), text: sql, values: [...parameters] })
          : this.client.query<R>(sql);
      return (await answer).rows;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.abandon();
      throw new DatabaseUnavailable(error);
    }
  }

  /** Sends a statement whose answer `settled` waits for. */
  send(sql: string, parameters: readonly unknown[] = []): void {
    const answer = this.query(sql, parameters);
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

  /** Nobody knows what the connection will still say, so the pool must not hand it out again. */
  private abandon(): void {
    if (this.broken) return;
    this.broken = true;
    // PoolClient's type hides end(): it closes the socket, and the pool drops the client when it is released.
    void (this.client as unknown as { end(): Promise<void> }).end().catch(() => undefined);
  }
}
