#!/usr/bin/env node
/** `npm start`: everything on one machine, from a fresh clone. Plain JavaScript until the dependencies are there. */
import { orEnd, prepare } from '../setup/prepare.mjs';
import { assertUsablePath, buildWhenStale } from '../setup/setup.mjs';

const HELP = `npm start

Brings up PostgreSQL, Redis, the api and the worker on this machine, with a small demo catalogue and one login per role.
Installs the dependencies and builds when necessary. Data stays under .till/; Ctrl-C stops all of it.

Environment
  PORT, WORKER_PORT    ports of the api and of the worker's /health and /metrics (3000 and 3001, or the next free ones)
  ADMIN_PORT           a port of its own for the api's /health and /metrics (the api's port)
  HTTP_HOST            address they listen on (127.0.0.1)
  DATABASE_URL         use this PostgreSQL, and neither start nor stop one
  REDIS_URL            use this Redis, and neither start nor stop one
  TILL_NODE            the Node that api and worker run on, 22.15 or later (this one; where it is older than 24, Node 24, fetched once
                       with npm). Where this one is older than 22.15, all else runs on that Node as well
  RATE_LIMIT_SCALE     multiplies the limits per address and per user (1000, so that one machine can play many clients)
  and every other variable of the configuration table in README.md
`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(HELP);
  process.exit();
}
assertUsablePath('start');
await prepare('.till');
await orEnd(buildWhenStale);
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
await main();
