import { renameSync, writeFileSync } from 'node:fs';

export interface Login {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** What `.till/demo.json` says, and the other commands go by. A pid is null for a server that was there before. */
export interface Demo {
  readonly baseUrl: string;
  readonly workerUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly pids: Pids;
  readonly logins: readonly Login[];
}

export interface Pids {
  api: number | null;
  worker: number | null;
  postgres: number | null;
  redis: number | null;
}

/** Replaces the file as a whole: a reader never meets half of it. For the owner's eyes only: it holds passwords. */
export function writeDemoFile(file: string, demo: Demo): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
