/** What can be started once, and stopped. */
export interface Startable {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Rejects when it can't be kept running. */
  readonly failed: Promise<never>;
}

export interface RestarterOptions {
  /** Makes what is to run, of what is built now. */
  readonly make: () => Promise<Startable>;
  /** Tells the person at the terminal. */
  readonly say: (text: string) => void;
}

/** Runs one thing, and a new one in its place when asked. What fails to start leaves nothing running until it is asked again. */
export class Restarter {
  private current: Startable | undefined;
  private wanted = false;
  private stopped = false;
  private restarting: Promise<void> | undefined;

  constructor(private readonly options: RestarterOptions) {}

  /** Resolves when it has tried; however often it is asked meanwhile, it restarts once more. */
  restart(): Promise<void> {
    this.wanted = true;
    return (this.restarting ??= this.restartWhileWanted().finally(() => (this.restarting = undefined)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.current?.stop();
  }

  private async restartWhileWanted(): Promise<void> {
    while (this.wanted && !this.stopped) {
      this.wanted = false;
      try {
        await this.replace();
      } catch (error) {
        this.tell(error);
      }
    }
  }

  private async replace(): Promise<void> {
    await this.current?.stop();
    this.current = undefined;
    const next = await this.options.make();
    if (this.stopped) return;
    this.current = next;
    await next.start();
    this.options.say('Api and worker run on the new build');
    next.failed.catch((error: unknown) => this.tell(error));
  }

  private tell(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.options.say(`Api and worker do not run: ${reason}\nWaiting for a change`);
  }
}
