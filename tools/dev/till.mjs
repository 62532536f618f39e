#!/usr/bin/env node
/** `npm run till -- <command>`: a command of Till from the clone, on a Node that Till supports, built first where the build is stale. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readJson, root } from '../setup/foreground.mjs';
import { orEnd, prepare } from '../setup/prepare.mjs';
import { buildWhenStale } from '../setup/setup.mjs';
import { demoSettings } from './demo-settings.mjs';

await prepare();
await orEnd(buildWhenStale);
Object.assign(process.env, demoSettings(readJson(path.join(root, '.till', 'demo.json')), process.env));
const cli = path.join(root, 'dist', 'src', 'cli.js');
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
