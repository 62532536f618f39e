import { readFileSync } from 'node:fs';
import { WebSocket } from 'undici';
import type { CpuProfile } from './cpu-profile.js';

/** Flags for a process that is to be profiled: its inspector listens on a free port. */
export const PROFILED = ['--inspect=127.0.0.1:0'] as const;

/** Profiles a running process by the Chrome DevTools protocol, which Node speaks (domain Profiler). */
export class Profiler {
  private readonly answers = new Map<number, (result: unknown) => void>();
  private sent = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
      if (id !== undefined) this.answers.get(id)?.(result);
    });
  }

  /** `logFile` is where a process started with `PROFILED` says where its inspector listens. */
  static async attach(logFile: string): Promise<Profiler> {
    const urls = readFileSync(logFile, 'utf8').match(/ws:\/\/\S+/g);
    const socket = new WebSocket(urls!.at(-1)!);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const profiler = new Profiler(socket);
    await profiler.ask('Profiler.enable');
    return profiler;
  }

  async start(): Promise<void> {
    await this.ask('Profiler.start');
  }

  async stop(): Promise<CpuProfile> {
    const { profile } = (await this.ask('Profiler.stop')) as { profile: CpuProfile };
    this.socket.close();
    return profile;
  }

  private ask(method: string): Promise<unknown> {
    this.sent += 1;
    const id = this.sent;
    this.socket.send(JSON.stringify({ id, method }));
    return new Promise((resolve) => this.answers.set(id, resolve));
  }
}
