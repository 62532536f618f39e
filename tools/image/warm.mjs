#!/usr/bin/env node
/**
 * Fills V8's cache of compiled code, in the folder that NODE_COMPILE_CACHE names, by starting each process once: without a database they load
 * all their code and wait. A cache is good for one user, one version of Node and one set of flags, so this runs with those of the image; a
 * process that differs compiles for itself. Usage, in the folder of the image: node warm.mjs <user id>
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Nothing listens there. */
const NOWHERE = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', REDIS_URL: 'redis://127.0.0.1:1' };
const PROCESSES = [
  { args: ['dist/src/main.js'], until: 'waiting for the database' },
  { args: ['dist/src/worker.js'], until: 'waiting for the database' },
  { args: ['dist/src/cli.js', 'openapi'] },
];
const MAX_MS = 60_000;

const folder = process.env.NODE_COMPILE_CACHE;
const user = Number(process.argv[2]);
if (!folder || !Number.isInteger(user)) throw new Error('Set NODE_COMPILE_CACHE, and give the id of the user.');

mkdirSync(folder, { recursive: true });
chownSync(folder, user, user);
for (const one of PROCESSES) await warm(one);
for (const name of readdirSync(folder, { recursive: true })) letAllRead(path.join(folder, name));

/** Runs a process to its end, or until it says `until`; Node writes the cache when it exits. */
async function warm({ args, until }) {
  const env = { ...process.env, ...NOWHERE, NODE_ENV: 'development', PORT: '0', WORKER_PORT: '0' };
  // It keeps this process, which runs as another user, from writing a cache.
  delete env.NODE_DISABLE_COMPILE_CACHE;
  const child = spawn(process.execPath, args, { env, uid: user, gid: user, stdio: ['ignore', 'pipe', 'inherit'] });
  const late = setTimeout(() => child.kill('SIGKILL'), MAX_MS);
  let said = '';
  child.stdout.on('data', (data) => {
    if (until && (said += data).includes(until)) child.kill('SIGTERM');
  });
  const [code] = await once(child, 'exit');
  clearTimeout(late);
  if (code !== (until ? 143 : 0)) throw new Error(`${args.join(' ')} ended with ${code}.`);
}

/** Node lets only the user read what it writes, and the files are to belong to root. */
function letAllRead(name) {
  chmodSync(name, 0o755);
}
