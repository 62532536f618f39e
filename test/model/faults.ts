import type { Pool } from 'pg';
import type * as parts from './parts.js';

/**
 * How a process may fail its caller. `cut`: its connection breaks. `die`: it is gone, and never says anything again. The others
 * are the provider's, which does not answer, so that the outcome is unknown. `silent`: the call, or its answer, is lost.
 * `held`: what was asked for is done later. `refuse`: a capture, void or refund is declined.
 */
export type How = 'cut' | 'die' | ProviderFault;
const providerFaults = ['silent', 'held', 'refuse'] as const;
type ProviderFault = (typeof providerFaults)[number];
const isProviderFault = (how: How): how is ProviderFault => (providerFaults as readonly string[]).includes(how);

/** Where a request, or a round of the worker, goes wrong: at the so-manieth point where that can happen. */
export interface Fault {
  readonly step: number;
  readonly how: How;
}

type Point = 'before commit' | 'after commit' | 'before the call' | 'after the call';

/** One request on its way through the api, or one round of the worker. */
export class Flow {
  /** Resolves when the process that served it died. */
  readonly died: Promise<'died'>;
  dead = false;
  /** Whether its fault struck. */
  struck = false;
  private silenced = false;
  private die: () => void = () => undefined;
  private steps = 0;

  constructor(
    private readonly fault: Fault | undefined,
    private readonly note: (what: string) => void,
  ) {
    this.died = new Promise((resolve) => {
      this.die = () => resolve('died');
    });
  }

  /** The provider's fault that strikes at this point, if one does. */
  silences(point: 'before the call' | 'after the call'): ProviderFault | undefined {
    const how = this.fault?.how;
    if (!how || !isProviderFault(how) || this.silenced || this.steps++ !== this.fault.step) return undefined;
    this.silenced = true;
    this.note(`${point}, ${how}`);
    return how;
  }

  /** Whether the fault strikes at this point. */
  strikes(point: Point): boolean {
    if (this.fault && isProviderFault(this.fault.how)) return false;
    if (this.dead || this.struck || this.steps++ !== this.fault?.step) return false;
    this.struck = true;
    this.dead = this.fault.how === 'die';
    this.note(`${point}, ${this.fault.how}`);
    return true;
  }

  /** What a point answers after a fault struck there: never, or that the connection is gone. */
  async fail(lost: () => Error): Promise<never> {
    if (!this.dead) throw lost();
    this.die();
    return new Promise(() => undefined);
  }
}

type Parts = typeof parts;
type Ask = parts.SandboxProvider['send'];
type Asked = Parameters<Ask>[0];
type Work = <T>(work: () => Promise<T>, kind?: string) => Promise<T>;

const UNKNOWN = { state: 'unknown' } as const;
const nothing = () => Promise.resolve();
const ENDED = `
  SELECT o.id FROM orders o JOIN payments p ON p.order_id = o.id
  WHERE p.id = $1 AND o.status IN ('cancelled', 'expired') AND o.updated_at < $2`;
const REFUSE = `
  INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
  VALUES ($1, $2, $3, $4, $5, $6, 'declined') ON CONFLICT (attempt_id) DO NOTHING`;
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

  constructor(
    private readonly parts: Parts,
    /** By which connections are ended. */
    private readonly administration: Pool,
    private readonly note: (what: string) => void,
  ) {}

  /** Begins the flow that is known by `name`: the id of a request to come, or a context. */
  begin(name: unknown, fault: Fault | undefined): Flow {
    const flow = new Flow(fault, this.note);
    this.flows.set(name, flow);
    return flow;
  }

  /** What is dead stays so: some of it may still be under way. */
  end(name: unknown): void {
    if (!this.flows.get(name)?.dead) this.flows.delete(name);
  }

  /** Every transaction can break just before and just after it commits. */
  watchTransactions(tx: parts.Transaction): void {
    const watched =
      (original: Work): Work =>
      async (work, kind) => {
        const flow = this.current();
        if (!flow || tx.isRunning) return original(work, kind);
        if (flow.dead) return flow.fail(this.lost);
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
        }, kind).catch((error: unknown) => (broken || flow.dead ? flow.fail(this.lost) : Promise.reject(error)));
        if (broken) throw new Error('a transaction committed over a broken connection');
        return flow.strikes('after commit') ? flow.fail(this.lost) : result;
      };
    Object.assign(tx, { run: watched(tx.run.bind(tx)), runInGroup: watched(tx.runInGroup.bind(tx)) });
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
        return flow.silences('after the call') ? UNKNOWN : outcome;
      };
    const [send, getStatus] = [provider.send.bind(provider), provider.getStatus.bind(provider)];
    const meet = async (how: ProviderFault, attempt: Asked) => {
      if (how === 'held') this.held.push(() => soon((signal) => send(attempt, signal)));
      if (how === 'refuse' && attempt.kind !== 'authorize') await this.refuse(attempt);
    };
    Object.assign(provider, { send: watched(send, meet), getStatus: watched(getStatus) });
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

  /** The provider does what it has held back. */
  async release(): Promise<void> {
    const held = this.held;
    this.held = [];
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
    return request && (this.flows.get(request) ?? this.flows.get(request.requestId));
  }

  private readonly lost = () => new this.parts.DatabaseUnavailable(new Error('the connection was cut on purpose'));

  private async breakConnection(tx: parts.Transaction): Promise<void> {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await this.administration.query('SELECT pg_terminate_backend($1, 1000)', [row!.pid]);
  }
}
