import type { RunningServer } from '../servers/postgres.js';
import type { Pids } from './demo-file.js';
import { setting } from './environment.js';
import { step, type StopStep } from './step.js';

export interface ServerWish {
  readonly title: string;
  /** Where the variable is set, the server it names is used, and none is started. */
  readonly variable: string;
  readonly pid: 'postgres' | 'redis';
  readonly start: () => Promise<RunningServer>;
  /** Why a server that is there already can't be used: one line, without user or password. */
  readonly problem?: (url: string) => Promise<string | undefined>;
}

/**
 * The URL of a server that is there already or that this starts; a started one is noted in `pids` and `stops`. Throws when the
 * one that is there can't be used.
 */
export async function provideServer(wish: ServerWish, pids: Pids, stops: StopStep[]): Promise<string> {
  const given = setting(wish.variable);
  if (given !== undefined) {
    console.log(`Using ${wish.title} from ${wish.variable}`);
    const problem = await wish.problem?.(given);
    if (problem !== undefined) throw new Error(`${wish.variable}: ${problem}`);
    return given;
  }
  const server = await step(`Starting ${wish.title}`, wish.start);
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await server.stop();
  };
  stops.push({ name: wish.title, stop });
  pids[wish.pid] = server.pid;
  // Not started again: Till bears its absence, and whoever ended it may be watching just that.
  void server.exited.then((exit) => {
    if (!stopping)
      console.error(`\n${wish.title} ended unexpectedly (${exit}). To get it back: Ctrl-C, then npm start.`);
  });
  return server.url;
}
