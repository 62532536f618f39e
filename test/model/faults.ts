import type { Pool } from 'pg';
import type * as parts from './parts.js';

/** How a process may fail its caller. `cut`: its connection breaks. `die`: it is gone, and never says anything again. */
export type How = 'cut' | 'die';

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

  /** Whether the fault strikes at this point. */
  strikes(point: Point): boolean {
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
type Work = <T>(work: () => Promise<T>, kind?: string) => Promise<T>;

/**
 * Faults of one process. A flow is known by its request's id, which follows the asynchronous calls; or by the context of a
 * request itself, since what is delivered later has the same id.
 */
export class Faults {
  private readonly flows = new Map<unknown, Flow>();

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

  /** Every call of the provider can break on its way there, and on its way back. */
  watchProvider(provider: parts.SandboxProvider): void {
    const watched =
      <A extends unknown[], R>(original: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        const flow = this.current();
        if (!flow) return original(...given);
        if (flow.dead || flow.strikes('before the call')) return flow.fail(this.lost);
        const outcome = await original(...given);
        return flow.dead || flow.strikes('after the call') ? flow.fail(this.lost) : outcome;
      };
    const [send, getStatus] = [provider.send.bind(provider), provider.getStatus.bind(provider)];
    Object.assign(provider, { send: watched(send), getStatus: watched(getStatus) });
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
