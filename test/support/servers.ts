import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, THROWAWAY_SETTINGS, type RunningServer } from '../../tools/servers/postgres.js';
import { startRedis } from '../../tools/servers/redis.js';

/** A server that a test may stop and start again, on the same port and, for PostgreSQL, with the same data. */
export interface OwnServer {
  readonly url: string;
  readonly port: number;
  /** The running process, for tests that pause or kill it. */
  pid(): number;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes what it wrote. */
  remove(): Promise<void>;
}

/** An empty PostgreSQL, of the binaries of a folder if one is named; its database `till` is not migrated yet. */
export function ownPostgres(binaries?: string): Promise<OwnServer> {
  const settings = THROWAWAY_SETTINGS;
  return own((options) => startPostgres({ ...options, settings, ...(binaries !== undefined && { binaries }) }));
}

/** A Redis. It forgets everything when it is stopped. */
export function ownRedis(): Promise<OwnServer> {
  return own(startRedis);
}

interface StartOptions {
  readonly directory: string;
  readonly temporaryDirectory: string;
  readonly port?: number;
}

async function own(start: (options: StartOptions) => Promise<RunningServer>): Promise<OwnServer> {
  const temporaryDirectory = await mkdtemp(path.join(tmpdir(), 'till-test-'));
  const options = { temporaryDirectory, directory: path.join(temporaryDirectory, 'data') };
  let server = await start(options);
  const { url, port } = server;
  return {
    url,
    port,
    pid: () => server.pid,
    stop: () => server.stop(),
    start: async () => void (server = await start({ ...options, port })),
    remove: async () => {
      await server.stop();
      await rm(temporaryDirectory, { recursive: true, force: true });
    },
  };
}
