import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../servers/postgres.js';

export interface KeptServerOptions {
  readonly title: string;
  /** Starts it on its port, with the data that it left. */
  readonly start: () => Promise<RunningServer>;
  /** Why it can't run just now, and what to do; undefined when nothing stands in its way. */
  readonly obstacle: () => Promise<string | undefined>;
  /** Called with the pid of each later start. */
  readonly onStart: (pid: number) => void;
  /** Tells the person at the terminal. */
  readonly say: (text: string) => void;
}

/** A server that ran for so long, in milliseconds, is started again at once; one that keeps dying waits longer each time. */
const STEADY_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 60_000;
/** How often it is asked whether the obstacle is gone, in milliseconds. */
const LOOK_AGAIN_MS = 1000;
/** A start that fails again for whatever reason is told again after this, in milliseconds. */
const TOLD_AGAIN_MS = 300_000;

/**
 * Starts a server again when it dies, for as long as it takes: it waits until the obstacle is gone, and tries again with growing
 * pauses. A server that ends in order (exit code 0) was ended by somebody, and stays down.
 */
export class KeptServer {
  private readonly stopping = new AbortController();
  private failures = 0;
  private toldAt = 0;

  constructor(
    private server: RunningServer,
    private readonly options: KeptServerOptions,
  ) {
    void this.keep();
  }

  /** Ends it for good. A start that is under way is left to `stopAll`. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.server.stop();
  }

  private async keep(): Promise<void> {
    const { title, say } = this.options;
    for (;;) {
      const since = Date.now();
      const exit = await this.server.exited;
      await this.server.stop(); // its guard
      if (this.stopping.signal.aborted) return;
      if (exit === 'exit code 0') return say(`Somebody stopped ${title}. To get it back: Ctrl-C, then npm start.`);
      this.failures = Date.now() - since > STEADY_MS ? 0 : this.failures + 1;
      say(`${title} ended unexpectedly (${exit}). ${(await this.options.obstacle()) ?? 'It is started again.'}`);
      if (!(await this.startAgain())) return;
      say(`${title} runs again.`);
    }
  }

  /** False when it was stopped instead. */
  private async startAgain(): Promise<boolean> {
    while (await this.pause()) {
      try {
        this.server = await this.options.start();
        if (this.stopping.signal.aborted) break;
        this.options.onStart(this.server.pid);
        return true;
      } catch (error) {
        if (this.stopping.signal.aborted) return false;
        this.failures += 1;
        this.tellFailure(error);
      }
    }
    await this.server.stop();
    return false;
  }

  /** Until the obstacle is gone, and then the longer the more often it failed. False when it was stopped meanwhile. */
  private async pause(): Promise<boolean> {
    while (await this.options.obstacle()) {
      this.failures = 0;
      if (!(await this.wait(LOOK_AGAIN_MS))) return false;
    }
    return await this.wait(Math.min(FIRST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS));
  }

  private async wait(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return !this.stopping.signal.aborted;
  }

  private tellFailure(error: unknown): void {
    if (Date.now() - this.toldAt < TOLD_AGAIN_MS) return;
    this.toldAt = Date.now();
    const reason = error instanceof Error ? error.message : String(error);
    this.options.say(`${this.options.title} does not start yet, and is tried again until it does. ${reason}`);
  }
}
