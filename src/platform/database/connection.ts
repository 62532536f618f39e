import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { DomainError } from '../../shared/errors.js';
import { DatabaseUnavailable, isUnavailable, violatedConstraint } from './errors.js';
import { Batch, type Execution, PreparedStatement, type Row, withResolvers } from './protocol.js';
import { statementOf } from './statements.js';

/** By the name of a constraint: what its violation means to the caller. */
export type Refusals = Readonly<Record<string, () => DomainError>>;

interface Waiting extends Omit<Execution, 'statement'> {
  readonly sql: string;
}

/**
 * One pooled connection in the hands of one transaction, taken from the pool when the first statement leaves. Statements
 * run in the order they are asked for; those asked for in one go travel together.
 */
export class Connection {
  private readonly sent: Promise<unknown>[] = [];
  private waiting: Waiting[] = [];
  private leaving: Promise<void> | undefined;
  private client: PoolClient | undefined;
  private broken = false;
  /** How long to wait for answers, in milliseconds; the pool's own limit when absent. */
  timeoutMs: number | undefined;

  constructor(private readonly runner: QueryRunner) {}

  /** @throws DatabaseUnavailable when the server is gone or silent; a database error when it refuses */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    const answer = this.enqueue(sql, parameters);
    this.leaving ??= Promise.resolve().then(() => this.leave());
    return answer as Promise<R[]>;
  }

  /** Like `query`, for texts that are not worth keeping: planned for these parameters, then forgotten. */
  async queryOnce<R extends Row>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    await this.flushed();
    try {
      return (await (await this.connected()).query<R>({ text: sql, values: [...parameters] })).rows;
    } catch (error) {
      throw this.asUnavailable(error);
    }
  }

  /** Leaves a statement for the next round trip; `settled` waits for its answer. */
  send(sql: string, parameters: readonly unknown[] = [], refusals: Refusals = {}): void {
    const answer = this.enqueue(sql, parameters).catch((error: unknown) => {
      throw refusals[violatedConstraint(error) ?? '']?.() ?? error;
    });
    answer.catch(() => undefined); // reported by settled()
    this.sent.push(answer);
  }

  /** Sends what waits, and waits until all of it is answered; failures stay with `settled`. */
  async flushed(): Promise<void> {
    while (this.leaving || this.waiting.length > 0) await (this.leaving ??= this.leave());
  }

  /** Waits for everything sent; throws what failed first (what follows it was skipped for it). */
  async settled(): Promise<void> {
    await this.flushed();
    const answers = await Promise.allSettled(this.sent);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Ends the transaction without effect; what still waits is never sent. */
  async rollback(): Promise<void> {
    this.waiting = [];
    await this.leaving;
    if (!this.client || this.broken) return;
    const answer = this.query('ROLLBACK').catch(() => this.abandon());
    await answer;
  }

  private enqueue(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const { promise, resolve, reject } = withResolvers<Row[]>();
    this.waiting.push({ sql, parameters, resolve, reject });
    return promise.catch((error: unknown) => {
      throw this.asUnavailable(error);
    });
  }

  /** Sends all that waits, again and again until nothing does: one round trip each time. */
  private async leave(): Promise<void> {
    while (this.waiting.length > 0) {
      const waiting = this.waiting;
      this.waiting = [];
      try {
        await this.exchange(await this.connected(), waiting);
      } catch (error) {
        for (const { reject } of waiting) reject(error as Error);
      }
    }
    this.leaving = undefined;
  }

  private async exchange(client: PoolClient, waiting: readonly Waiting[]): Promise<void> {
    const executions: Execution[] = [];
    for (const { sql, ...rest } of waiting) {
      const known = statementOf(client, sql);
      executions.push({ ...rest, statement: known instanceof PreparedStatement ? known : await known });
    }
    const batch = new Batch(executions, this.timeoutMs);
    client.query(batch);
    await batch.ended;
  }

  private async connected(): Promise<PoolClient> {
    this.client ??= (await this.runner.connect()) as PoolClient;
    return this.client;
  }

  private asUnavailable(error: unknown): unknown {
    if (error instanceof DatabaseUnavailable || !isUnavailable(error)) return error;
    this.abandon();
    return new DatabaseUnavailable(error);
  }

  /** Nobody knows what the connection will still say, so the pool must not hand it out again. */
  private abandon(): void {
    if (this.broken) return;
    this.broken = true;
    // PoolClient's type hides end(): it closes the socket, and the pool drops the client when it is released.
    void (this.client as unknown as { end(): Promise<void> } | undefined)?.end().catch(() => undefined);
  }
}
