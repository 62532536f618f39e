import { Worker } from 'node:worker_threads';

export interface SourceWatchOptions {
  /** The path of its tsconfig.json. */
  readonly project: string;
  /** Tells the person at the terminal. */
  readonly say: (text: string) => void;
}

type Message = { readonly problem: string } | { readonly errors: number };

/** Compiles a project whenever one of its files changes, until it is stopped. */
export class SourceWatch {
  /** Resolves with the first build without an error; rejects when the compiler itself fails. */
  readonly built: Promise<void>;
  /** Rejects when the compiler itself fails. */
  readonly failed: Promise<never>;
  private readonly thread: Worker;
  private listener = (): void => undefined;

  constructor({ project, say }: SourceWatchOptions) {
    this.thread = new Worker(new URL('compiler-thread.mjs', import.meta.url), { workerData: { project } });
    this.failed = new Promise((_, reject) => this.thread.once('error', reject));
    this.built = new Promise((resolve, reject) => {
      this.thread.once('error', reject);
      this.thread.on('message', (message: Message) => {
        if ('problem' in message) return say(message.problem);
        if (message.errors > 0) return say('Not built; waiting for a change');
        resolve();
        this.listener();
      });
    });
    for (const promise of [this.built, this.failed]) promise.catch(() => undefined); // whoever waits for it hears of it
  }

  /** Calls the listener after each later build without an error. */
  onBuild(listener: () => void): void {
    this.listener = listener;
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}
