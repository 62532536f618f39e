#!/usr/bin/env node
/** `npm start`: runs everything on one machine, from a fresh clone. Plain JavaScript until the dependencies are installed. */
import { orEnd, prepare } from '../setup/prepare.mjs';
import { assertUsablePath, buildWhenStale } from '../setup/setup.mjs';

const HELP = `npm start

Starts PostgreSQL, Redis, the api and the worker on this machine, with a small demo catalogue and one login per role.
Installs the dependencies and builds if necessary. The data is in .till/; Ctrl-C stops everything.

Environment
  PORT, WORKER_PORT    ports of the api and of the worker's /health and /metrics (3000 and 3001, or the next free ones)
  HTTP_HOST            address they listen on (127.0.0.1)
  DATABASE_URL         use this PostgreSQL instead of starting one
  REDIS_URL            use this Redis instead of starting one
  TILL_NODE            the Node that api and worker run on, 22.15 or later (default: this one, or if it is older than 24, Node 24,
                       fetched once with npm). If this one is older than 22.15, everything else runs on that Node too
  RATE_LIMIT_SCALE     multiplies the limits per address and per user (1000, so that one machine can act as many clients)
  and all other variables of the configuration table in README.md
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
