#!/usr/bin/env node
/** `npm run dev`: as `npm start`, and again with each change of the sources. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/foreground.mjs';
import { prepare } from '../setup/prepare.mjs';
import { assertUsablePath } from '../setup/setup.mjs';

const HELP = `npm run dev

Brings up what npm start brings up, and watches src/ and migrations/: after each change it compiles, runs new migrations, and
restarts api and worker. PostgreSQL and Redis keep running. Errors of the compiler are printed here; until they are fixed, the
last build keeps running. Ctrl-C stops all of it. npm start -- --help lists the environment.
`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(HELP);
  process.exit();
}
assertUsablePath('start');
await prepare('.till');
// Also dist/.built-from: what stays there after a watch may be older or newer than the sources.
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
await main({ watch: true });
