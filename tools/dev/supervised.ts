import { setTimeout as sleep } from 'node:timers/promises';
import { tailOf } from '../servers/executables.js';
import { startGuarded, type Command, type GuardedProcess } from '../servers/guarded-process.js';

export interface SupervisedOptions {
  readonly name: string;
  readonly command: Command;
  /** Called with the pid of every start, the first one included. */
  readonly onStart: (pid: number) => void;
}

const CRASHES = 5;
const WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 200;

/** A process that is started again when it dies, with growing pauses, until it dies five times within a minute. */
export class Supervised {
  /** Rejects when it died too often. */
  readonly failed: Promise<never>;
  private crashes: number[] = [];
  private stopping = false;
  private current: GuardedProcess | undefined;
  private fail!: (reason: Error) => void;

  constructor(private readonly options: SupervisedOptions) {
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined); // whoever waits for it hears of it; nobody need wait
  }

  async start(): Promise<void> {
    this.current = await startGuarded(this.options.command);
    if (this.stopping) return await this.current.stop();
    this.options.onStart(this.current.pid);
    void this.watch(this.current).catch(this.fail);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.current?.stop();
  }

  private async watch(process: GuardedProcess): Promise<void> {
    const exit = await process.exited;
    await process.stop(); // its guard
    if (this.stopping) return;
    const { name, command } = this.options;
    this.crashes = [...this.crashes.filter((time) => time > Date.now() - WITHIN_MS), Date.now()];
    console.error(
      `\nThe ${name} ended unexpectedly (${exit}). ${command.logFile} ends with\n${tailOf(command.logFile, 10)}\n`,
    );
    if (this.crashes.length >= CRASHES)
      throw new Error(`The ${name} died ${CRASHES} times within a minute; giving up.`);
    await sleep(FIRST_PAUSE_MS * 2 ** (this.crashes.length - 1));
    if (this.stopping) return;
    console.error(`Starting the ${name} again`);
    await this.start();
  }
}
