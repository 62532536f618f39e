/**
 * How a process may fail its caller. `cut`: its connection breaks. `die`: it is gone, and never says anything again.
 *
 * The provider does not answer, so that the outcome is unknown. `silent`: the call, or its answer, is lost. `held`: what was asked
 * for is done later. `late`: the same, and the provider has no knowledge of it when it is asked the next time. `refuse`: a
 * capture, void or refund is declined.
 *
 * `stall`: the worker stops for so long that its claims end, and then goes on.
 *
 * A handler of events `fails`, or is `slow`: its claim has ended and the event is delivered again when its effect comes.
 */
export type How = 'cut' | 'die' | 'stall' | ProviderFault | HandlerFault;
const providerFaults = ['silent', 'held', 'late', 'refuse'] as const;
export type ProviderFault = (typeof providerFaults)[number];
const isProviderFault = (how: How): how is ProviderFault => (providerFaults as readonly string[]).includes(how);
const handlerFaults = ['fails', 'slow'] as const;
export type HandlerFault = (typeof handlerFaults)[number];
const isHandlerFault = (how: How): how is HandlerFault => (handlerFaults as readonly string[]).includes(how);

/** Thrown on purpose, so that it is no finding. */
export class OnPurpose extends Error {}

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
  private met = false;
  private die: () => void = () => undefined;
  private steps = 0;
  private stop: () => void = () => undefined;
  /** Resolves when its worker stops; `goOn` lets it go on. */
  readonly stopped = new Promise<'stopped'>((resolve) => {
    this.stop = () => resolve('stopped');
  });
  private on: (() => void) | undefined;
  private going: Promise<void> | undefined;
  private running = 0;
  private rest: () => void = () => undefined;
  /** Whether the provider has been asked after something. */
  asked = false;

  constructor(
    private readonly fault: Fault | undefined,
    private readonly note: (what: string) => void,
    /** A job of Bull fails when its worker dies; whatever else a process did is silent. */
    private readonly isJob = false,
  ) {
    this.died = new Promise((resolve) => {
      this.die = () => resolve('died');
    });
  }

  /** Before a transaction: here a worker stops, once it has asked after something, and all it does with it. */
  async enter(): Promise<void> {
    if (this.fault?.how === 'stall' && this.asked && !this.met && this.steps++ === this.fault.step) {
      this.met = true;
      this.note('between transactions, stall');
      this.going = new Promise((resolve) => {
        this.on = resolve;
      });
    }
    if (this.going && this.running === 0) this.stop();
    await this.going;
    this.running += 1;
  }

  /** After a transaction. */
  leave(): void {
    this.running -= 1;
    if (this.running > 0) return;
    if (this.going) this.stop();
    this.rest();
  }

  /** Resolves when none of its transactions runs: what is dead may have had one that was about to commit. */
  async over(): Promise<void> {
    if (this.running === 0) return;
    await new Promise<void>((resolve) => {
      this.rest = resolve;
    });
  }

  goOn(): void {
    this.going = undefined;
    this.on?.();
  }

  /** The fault of the handler that strikes an event, if one does. */
  handles(): HandlerFault | undefined {
    const how = this.fault?.how;
    if (!how || !isHandlerFault(how) || this.met || this.steps++ !== this.fault.step) return undefined;
    this.met = true;
    this.note(`in a handler, ${how}`);
    return how;
  }

  /** The provider's fault that strikes at this point, if one does. */
  silences(point: 'before the call' | 'after the call'): ProviderFault | undefined {
    const how = this.fault?.how;
    if (!how || !isProviderFault(how) || this.met || this.steps++ !== this.fault.step) return undefined;
    this.met = true;
    this.note(`${point}, ${how}`);
    return how;
  }

  /** Whether the fault strikes at this point. */
  strikes(point: Point): boolean {
    if (this.fault?.how !== 'cut' && this.fault?.how !== 'die') return false;
    if (this.dead || this.struck || this.steps++ !== this.fault.step) return false;
    this.struck = true;
    this.dead = this.fault.how === 'die';
    this.note(`${this.isJob ? 'in a handler, ' : ''}${point}, ${this.fault.how}`);
    return true;
  }

  /** What a point answers after a fault struck there: never, or that the connection is gone. */
  async fail(lost: () => Error): Promise<never> {
    if (!this.dead) throw lost();
    this.die();
    if (this.isJob) throw new OnPurpose('the worker of this job died');
    return new Promise(() => undefined);
  }
}
