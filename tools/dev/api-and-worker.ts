import type { Facts } from './demo-file.js';
import { inClone, logFile } from '../servers/paths.js';
import { waitUntilReady } from '../servers/readiness.js';
import { Supervised } from './supervised.js';

type Name = 'api' | 'worker';

export interface ApiAndWorkerOptions {
  /** The Node that they run on. */
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  readonly demo: Pick<Facts, 'adminUrl' | 'workerUrl'>;
  /** Called with the pid of every start. */
  readonly onStart: (name: Name, pid: number) => void;
}

/** Both processes of the build, each started again when it dies. */
export class ApiAndWorker {
  /** Rejects when one of them can't be kept running. */
  readonly failed: Promise<never>;
  private readonly processes: readonly Supervised[];

  constructor(private readonly options: ApiAndWorkerOptions) {
    this.processes = [this.supervise('api', 'main.js'), this.supervise('worker', 'worker.js')];
    this.failed = Promise.race(this.processes.map((it) => it.failed));
    this.failed.catch(() => undefined); // whoever waits for it hears of it; nobody need wait
  }

  /** Resolves when both are ready. */
  async start(): Promise<void> {
    for (const process of this.processes) await process.start();
    const { demo, env } = this.options;
    const instanceId = env['INSTANCE_ID'];
    const ready = [
      waitUntilReady({ url: demo.adminUrl, instanceId, logFile: logFile('api') }),
      waitUntilReady({ url: demo.workerUrl, instanceId, logFile: logFile('worker') }),
    ];
    await Promise.race([Promise.all(ready), this.failed]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((it) => it.stop()));
  }

  private supervise(name: Name, entry: string): Supervised {
    const { node, env, onStart } = this.options;
    const args = [inClone('dist', 'src', entry)];
    const command = {
      command: node,
      args,
      env,
      cwd: inClone(),
      logFile: logFile(name),
      stopSignal: 'SIGTERM' as const,
    };
    return new Supervised({ name, command, onStart: (pid) => onStart(name, pid) });
  }
}
