#!/usr/bin/env node
/** `npm run build`: src/ and migrations/ compiled to dist/ and bundled there, without what an earlier build left. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/foreground.mjs';
import { prepare } from '../setup/prepare.mjs';

await prepare();
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
const { bundle } = await import('../build/bundle.mjs');
await bundle(dist);
const { makeInAdvance } = await import('../build/made.mjs');
await makeInAdvance(dist);
