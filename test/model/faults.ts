import { type Fault, Flow, OnPurpose, type ProviderFault } from './flow.js';
import type { Database } from './ground.js';
import type * as parts from './parts.js';

type Parts = typeof parts;
type Ask = parts.SandboxProvider['send'];
type Asked = Parameters<Ask>[0];
type Work = parts.Transaction['run'];

const UNKNOWN = { state: 'unknown' } as const;
const nothing = () => Promise.resolve();
const ENDED = `
  SELECT o.id FROM orders o JOIN payments p ON p.order_id = o.id
  WHERE p.id = $1 AND o.status IN ('cancelled', 'expired') AND o.updated_at < $2`;
const REFUSE = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  VALUES ($1, $2, $3, $4, $5, $6, 'declined') ON CONFLICT (attempt_id) DO NOTHING`;
/** Payments whose provider tells by webhook what it did; of others a call that it did not know of may stay unknown for good. */
export const TELLING = /^pm_(pending|requires_action|webhook_\w+|dispute\w*|refund\w*)$/;
/** Longer than the sandbox takes when it answers at all. */
const SOON_MS = 300;

/** A call whose answer nobody waits for; the provider may never give one. */
async function soon(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const signal = AbortSignal.timeout(SOON_MS);
  const late = new Promise((resolve) => signal.addEventListener('abort', resolve));
  await Promise.race([call(signal), late]);
}

/**
 * Faults of one process. A flow is known by its request's id, which follows the asynchronous calls; or by the context of a
 * request itself, since what is delivered later has the same id.
 */
export class Faults {
  /** Attempts that the provider declined by a fault. */
  readonly refused = new Set<string>();
  private readonly flows = new Map<unknown, Flow>();
  /** What the provider was asked for that it must not be asked for. */
  readonly violations: string[] = [];
  private held: (() => Promise<unknown>)[] = [];
  /** Calls that the provider makes once it has said that it does not know them, by attempt. */
  private readonly late = new Map<string, () => Promise<unknown>>();
  /** Attempts that the provider fails with an error when it is asked about them. */
  readonly broken = new Set<string>();
  private jobs: Flow | undefined;

  constructor(
    private readonly parts: Parts,
    /** By which connections are ended. */
    private readonly administration: Database,
    private readonly note: (what: string) => void,
  ) {}

  /** Begins the flow that is known by `name`: the id of a request to come, or a context. */
  begin(name: unknown, fault: Fault | undefined): Flow {
    const flow = new Flow(fault, this.note);
    this.flows.set(name, flow);
    return flow;
  }

  /** From now on the jobs of Bull are one flow, as they are one process; undefined ends it. */
  strikeJobs(fault: Fault | undefined): void {
    this.jobs = fault && new Flow(fault, this.note, true);
  }

  /** What is dead stays so: some of it may still be under way. */
  end(name: unknown): void {
    if (!this.flows.get(name)?.dead) this.flows.delete(name);
  }

  /** Every transaction can break just before and just after it commits. */
  watchTransactions(tx: parts.Transaction): void {
    const watched =
      (original: Work): Work =>
      async (work, options) => {
        const flow = this.current();
        if (!flow || tx.isRunning) return original(work, options);
        await flow.enter();
        let broken = false;
        const result = await original(async () => {
          // A group that was broken runs its members again, each by itself.
          if (flow.dead) throw this.lost();
          broken = false;
          const made = await work();
          if (flow.strikes('before commit')) {
            broken = true;
            await this.breakConnection(tx);
          }
          return made;
        }, options)
          .finally(() => flow.leave())
          .catch((error: unknown) => (broken || flow.dead ? flow.fail(this.lost) : Promise.reject(error)));
        if (broken) throw new Error('a transaction committed over a broken connection');
        return flow.strikes('after commit') ? flow.fail(this.lost) : result;
      };
    Object.assign(tx, { run: watched(tx.run.bind(tx)) });
  }

  /** Every call of the provider can break on its way there, and on its way back; and the provider can be silent. */
  watchProvider(provider: parts.SandboxProvider): void {
    const watched =
      (original: Ask, meet: (how: ProviderFault, attempt: Asked) => Promise<unknown> = nothing): Ask =>
      async (attempt, signal) => {
        const flow = this.current();
        if (!flow) return original(attempt, signal);
        if (flow.dead || flow.strikes('before the call')) return flow.fail(this.lost);
        const how = flow.silences('before the call');
        if (how) return meet(how, attempt).then(() => UNKNOWN);
        const outcome = await original(attempt, signal);
        if (flow.dead || flow.strikes('after the call')) return flow.fail(this.lost);
        flow.asked = true;
        return flow.silences('after the call') ? UNKNOWN : outcome;
      };
    const send = provider.send.bind(provider);
    const ask = provider.getStatus.bind(provider);
    const getStatus: Ask = async (attempt) => {
      if (this.broken.has(attempt.id)) throw new OnPurpose('the provider fails');
      const outcome = await ask(attempt);
      const late = this.late.get(attempt.id);
      if (late) this.held.push(late);
      this.late.delete(attempt.id);
      return outcome;
    };
    const meet = async (how: ProviderFault, attempt: Asked) => {
      const call = () => soon((signal) => send(attempt, signal));
      if (how === 'late' && TELLING.test(attempt.paymentMethod)) this.late.set(attempt.id, call);
      else if (how === 'held' || how === 'late') this.held.push(call);
      if (how === 'refuse' && attempt.kind !== 'authorize') await this.refuse(attempt);
    };
    Object.assign(provider, { send: watched(send, meet), getStatus: watched(getStatus) });
  }

  /** Every event can meet a handler that fails, or that is slow. */
  watchDeliveries(deliveries: parts.Deliveries): void {
    const handle = deliveries.handle.bind(deliveries);
    const watched: typeof handle = (consumer, eventIds, prepare, lanes) =>
      handle(
        consumer,
        eventIds,
        async (events) => {
          const effect = await prepare(events);
          return async (event) => {
            const how = this.jobs?.handles();
            if (how === 'slow') this.held.push(() => effect(event));
            if (how) throw new OnPurpose(`the handler ${how}`);
            await effect(event);
          };
        },
        lanes,
      );
    Object.assign(deliveries, { handle: watched });
  }

  /** Nothing is charged for an order that has ended before `since`, the time of Till. */
  guardEnded(provider: parts.SandboxProvider, since: () => Date): void {
    const send = provider.send.bind(provider);
    const guarded: Ask = async (attempt, signal) => {
      if (attempt.kind === 'authorize' || attempt.kind === 'capture') {
        const { rows } = await this.administration.query<{ id: string }>(ENDED, [attempt.paymentId, since()]);
        for (const { id } of rows) this.violations.push(`a ${attempt.kind} for order ${id}, which had ended`);
      }
      return send(attempt, signal);
    };
    Object.assign(provider, { send: guarded });
  }

  /** The provider does what it has held back, and handlers that were slow go on; all of it at the `end`. */
  async release(end = false): Promise<void> {
    const held = end ? [...this.held, ...this.late.values()] : this.held;
    this.held = [];
    if (end) this.late.clear();
    for (const call of held) await call();
  }

  private async refuse({ id, paymentId, kind, amount, currency, paymentMethod }: Asked): Promise<void> {
    const { rowCount } = await this.administration.query(REFUSE, [
      id,
      paymentId,
      kind,
      amount,
      currency,
      paymentMethod,
    ]);
    if (rowCount) this.refused.add(id);
  }

  private current(): Flow | undefined {
    const request = this.parts.currentRequest();
    const flow = request && (this.flows.get(request) ?? this.flows.get(request.requestId));
    return flow ?? this.jobs;
  }

  private readonly lost = () => new this.parts.DatabaseUnavailable(new Error('the connection was cut on purpose'));

  private async breakConnection(tx: parts.Transaction): Promise<void> {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await this.administration.query('SELECT pg_terminate_backend($1, 1000)', [row!.pid]);
  }
}
