import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { DomainError } from '../../../shared/errors.js';
import { tracedStatements, tracing } from '../../tracing/index.js';
import {
  DatabaseUnavailable,
  isConnectionUseless,
  isPlanOutdated,
  isReadOnly,
  isSilent,
  violatedConstraint,
} from '../errors.js';
import { hasLeft } from '../citus/node-client.js';
import { closeNow, type RenewalReason, renewConnections } from './connection-renewal.js';
import { Batch, type Row, withResolvers } from './protocol.js';
import { forgetPlanner, isPooled, type Planner, switchTo, TRANSACTION_SETTINGS } from './session.js';
import { Waiting, holdsAny, inRank, prepared, transposed, unnamed } from './waiting-statements.js';

/** By the name of a constraint: what its violation means to the caller. */
export type ConstraintErrors = Readonly<Record<string, () => DomainError>>;

type Asked = Pick<Waiting, 'sql' | 'parameters' | 'rank'>;

/** The rank of statements that only read. */
export const LAST = 100;

/**
 * The connection of one transaction, taken from the pool when the first statement is sent. Statements run in the order of the
 * calls; calls that are made together, before any of them is awaited, share a round trip.
 */
export class PipelinedConnection {
  private readonly sent: Promise<unknown>[] = [];
  private waiting: Waiting[] = [];
  private dispatching: Promise<void> | undefined;
  /** Whether somebody waits for the result of a statement that has not been sent. */
  private isAsked = false;
  private client: PoolClient | undefined;
  private broken = false;
  /** Behind a pooler: whether the transaction has its settings. */
  private hasSettings = false;
  /** The transaction ends: later calls come from work that nobody awaited, and are refused. */
  private ending = false;
  /** The first error among statements whose result nobody awaits; what fails after it fails because of it. */
  failure: unknown;
  /** How long to wait for results, in milliseconds; the pool's own limit when absent. */
  timeoutMs: number | undefined;
  /** How the statements are planned. */
  planner: Planner = 'by-key';

  /** `coalesce`: several use cases share the connection, so a statement waits for those of the same turn of the event loop. */
  constructor(
    private readonly runner: QueryRunner,
    private readonly coalesce = false,
  ) {}

  /** @throws DatabaseUnavailable when the server is gone or silent; a database error when it refuses */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    const result = this.enqueue({ sql, parameters });
    this.dispatchSoon();
    return result as Promise<R[]>;
  }

  /**
   * Adds rows to a statement whose parameters are arrays, one for each column; rows that are added before it is sent go
   * with it, whoever adds them. Returns the rows for all of them.
   */
  queryBatch(sql: string, rows: readonly (readonly unknown[])[], rank: number): Promise<Row[]> {
    const result = this.join(sql, rows, rank);
    this.dispatchSoon();
    return result;
  }

  /** Like `send`, for rows as in `queryBatch`. A row that is written twice needs two statements: one would change it once. */
  sendBatch(sql: string, rows: readonly (readonly unknown[])[], constraintErrors: ConstraintErrors = {}): void {
    this.recordFailure(this.join(sql, rows), constraintErrors);
  }

  /** Leaves a statement for the next round trip; `completed` waits for its result. */
  send(sql: string, parameters: readonly unknown[] = [], constraintErrors: ConstraintErrors = {}, rank?: number): void {
    this.recordFailure(this.enqueue({ sql, parameters, rank }), constraintErrors);
  }

  /** Sends all waiting statements and waits for their results; errors stay for `completed`. */
  async flushed(): Promise<void> {
    while (this.dispatching || this.waiting.length > 0) await (this.dispatching ??= this.dispatch());
  }

  /** Call it last: waits for all results. @throws the first error */
  async completed(): Promise<void> {
    this.ending = true;
    await this.succeeded();
  }

  /** Sends all waiting statements and waits for their results. @throws the first error of a statement that nobody awaits */
  async succeeded(): Promise<void> {
    await this.flushed();
    await Promise.all(this.sent);
    if (this.failure) throw this.failure;
  }

  /** Ends the transaction without effect, for the error `reason`; waiting statements are never sent. */
  async rollback(reason: unknown): Promise<void> {
    this.ending = true;
    this.waiting = [];
    await this.dispatching;
    this.asUnavailable(reason);
    if (!this.client || this.broken) return;
    forgetPlanner(this.client);
    const result = this.wait({ sql: 'ROLLBACK', parameters: [] }).catch(() => this.abandon());
    await this.flushed();
    await result;
  }

  private recordFailure(asked: Promise<Row[]>, constraintErrors: ConstraintErrors): void {
    // A call after the end was refused, which says nothing about what was committed.
    const counts = !this.ending;
    const result = asked.then(
      () => undefined,
      (error: unknown) => {
        if (counts) this.failure ??= constraintErrors[violatedConstraint(error) ?? '']?.() ?? error;
      },
    );
    if (counts) this.sent.push(result);
  }

  private enqueue(asked: Asked, joinable = false): Promise<Row[]> {
    return this.ending ? Promise.reject(transactionIsOver()) : this.wait(asked, joinable);
  }

  private wait(asked: Asked, joinable = false): Promise<Row[]> {
    const { promise, resolve, reject } = withResolvers<Row[]>();
    const result = promise.catch((error: unknown) => {
      throw this.onError(error);
    });
    this.waiting.push({ ...asked, resolve, reject, ...(joinable && { result }) });
    return result;
  }

  private join(sql: string, rows: readonly (readonly unknown[])[], rank?: number): Promise<Row[]> {
    const open = this.waiting.findLast((waiting) => waiting.result && waiting.sql === sql);
    if (!open || this.ending || (rank === undefined && holdsAny(open, rows)))
      return this.enqueue({ sql, parameters: transposed(rows), rank }, true);
    for (const row of rows) row.forEach((value, column) => (open.parameters as unknown[][])[column]!.push(value));
    return open.result!;
  }

  private dispatchSoon(): void {
    this.isAsked = true;
    this.dispatching ??= this.turn().then(() => this.dispatch());
  }

  private turn(): Promise<void> {
    return this.coalesce ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve();
  }

  /**
   * Sends all that waits, again and again while somebody waits for a result: one round trip each time. What nobody waits for stays
   * for the next one.
   */
  private async dispatch(): Promise<void> {
    while (this.waiting.length > 0) {
      this.isAsked = false;
      const waiting = inRank(this.waiting);
      this.waiting = [];
      try {
        const client = await this.connected();
        await (tracing() ? this.tracedExchange(client, waiting) : this.exchange(client, waiting));
      } catch (error) {
        for (const { reject } of waiting) reject(error as Error);
      }
      if (this.coalesce && !this.ending) await this.turn();
      if (!this.isAsked) break;
    }
    this.dispatching = undefined;
  }

  private tracedExchange(client: PoolClient, waiting: readonly Waiting[]): Promise<void> {
    const statements = waiting.map(({ sql }) => sql);
    return tracedStatements(statements, () => this.exchange(client, waiting));
  }

  private async exchange(client: PoolClient, waiting: readonly Waiting[]): Promise<void> {
    const all = this.withSettings(client, waiting);
    const executions = isPooled(client) ? all.map(unnamed) : await prepared(client, all);
    const batch = new Batch(executions, this.timeoutMs);
    client.query(batch);
    await batch.ended;
  }

  /** Puts in what the session has to be told first, behind what must come first in a transaction. */
  private withSettings(client: PoolClient, waiting: readonly Waiting[]): readonly Waiting[] {
    const isPlanned = waiting.some(({ sql }) => !UNPLANNED.test(sql));
    const due = [
      isPooled(client) && !this.hasSettings ? TRANSACTION_SETTINGS : undefined,
      isPlanned ? switchTo(client, this.planner) : undefined,
    ].filter((sql) => sql !== undefined);
    this.hasSettings = true;
    if (due.length === 0) return waiting;
    const begun = waiting.findLastIndex(({ sql }) => BEGINS.test(sql)) + 1;
    return waiting.toSpliced(begun, 0, ...due.map((sql) => ({ sql, parameters: [], ...UNREAD })));
  }

  private async connected(): Promise<PoolClient> {
    if (this.client) return this.client;
    this.client = (await this.runner.connect()) as PoolClient;
    if (isPooled(this.client)) forgetPlanner(this.client);
    return this.client;
  }

  private onError(error: unknown): unknown {
    // What was set with the failed statement has been undone.
    if (this.client) forgetPlanner(this.client);
    return this.asUnavailable(error);
  }

  private asUnavailable(error: unknown): unknown {
    if (error instanceof DatabaseUnavailable) return error;
    if (isPlanOutdated(error)) this.renew('changed-schema');
    if (hasLeft(this.client, error)) this.renew('moved');
    if (isReadOnly(error)) this.renew('read-only');
    if (isSilent(error)) this.renew('silent');
    if (!isConnectionUseless(error)) return error;
    this.abandon();
    return new DatabaseUnavailable(error);
  }

  /** What one connection has found out holds for all that were opened before. */
  private renew(reason: RenewalReason): void {
    if (this.client) renewConnections(this.runner, this.client, reason);
    this.abandon();
  }

  /** The state of the connection is unknown, so the pool must not hand it out again. */
  private abandon(): void {
    if (this.broken) return;
    this.broken = true;
    if (this.client) closeNow(this.client);
  }
}

/** What must come first in a transaction, before anything that reads. */
const BEGINS = /^(BEGIN|SET TRANSACTION)\b/;
/** What is not planned, so that it does not matter how. */
const UNPLANNED = /^(BEGIN|COMMIT|ROLLBACK|SET)\b/;
const UNREAD = { resolve: () => undefined, reject: () => undefined };

function transactionIsOver(): Error {
  return new Error('This asks for something in a transaction that is over.');
}
