import { renameSync, writeFileSync } from 'node:fs';

export interface Login {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** What `.till/demo.json` says, and the other commands go by. A pid is null for a server that was there before. */
export interface Demo {
  readonly baseUrl: string;
  /** Where the api serves health and metrics: `baseUrl`, unless ADMIN_PORT is set. */
  readonly adminUrl: string;
  readonly workerUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly pids: Pids;
  readonly logins: readonly Login[];
}

export type Facts = Omit<Demo, 'pids'>;

export interface Pids {
  api: number | null;
  worker: number | null;
  postgres: number | null;
  redis: number | null;
}

const TRY_AGAIN_MS = 1000;

/** Keeps the file in step with what runs. While the disk is full it keeps its last content, and is written once there is room. */
export class DemoFile {
  private readonly pids: Pids = { api: null, worker: null, postgres: null, redis: null };
  private facts: Facts | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {}

  /** What it says besides pids; from the next pid on the file exists. */
  describe(facts: Facts): void {
    this.facts = facts;
  }

  notePid(name: keyof Pids, pid: number): void {
    this.pids[name] = pid;
    this.write();
  }

  /** Replaces the file as a whole: a reader never meets half of it. For the owner's eyes only: it holds passwords. */
  private write(): void {
    clearTimeout(this.timer);
    if (this.facts === undefined) return;
    const demo: Demo = { ...this.facts, pids: this.pids };
    try {
      writeFileSync(`${this.file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${this.file}.new`, this.file);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.timer = setTimeout(() => this.write(), TRY_AGAIN_MS).unref();
    }
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}
