import type { RunningServer } from '../servers/postgres.js';
import type { DemoFile, Pids } from './demo-file.js';
import { setting } from '../servers/setting.js';
import { KeptServer } from './kept-server.js';
import { alert, step, type StopStep } from './step.js';

export interface ServerWish {
  readonly title: string;
  /** Where the variable is set, the server it names is used, and none is started. */
  readonly variable: string;
  readonly pid: keyof Pids;
  /** On that port, on a free one when absent. */
  readonly start: (port?: number) => Promise<RunningServer>;
  /** Why a server that is there already can't be used: one line, without user or password. */
  readonly problem?: (url: string) => Promise<string | undefined>;
  /** Why one can't run here just now, and what to do. */
  readonly obstacle?: () => Promise<string | undefined>;
}

/**
 * The URL of a server that is there already or that this starts; a started one is noted in `demo` and `stops`, and started
 * again when it dies. Throws when the one that is there can't be used.
 */
export async function provideServer(wish: ServerWish, demo: DemoFile, stops: StopStep[]): Promise<string> {
  const given = setting(wish.variable);
  if (given !== undefined) {
    console.log(`Using ${wish.title} from ${wish.variable}`);
    const problem = await wish.problem?.(given);
    if (problem !== undefined) throw new Error(`${wish.variable}: ${problem}`);
    return given;
  }
  const server = await step(`Starting ${wish.title}`, () => wish.start());
  const onStart = (pid: number) => demo.notePid(wish.pid, pid);
  onStart(server.pid);
  const kept = new KeptServer(server, {
    title: wish.title,
    start: () => wish.start(server.port),
    obstacle: async () => await wish.obstacle?.(),
    onStart,
    say: alert,
  });
  stops.push({ name: wish.title, stop: () => kept.stop() });
  return server.url;
}
