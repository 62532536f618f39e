#!/usr/bin/env node
/** `npm run build`: src/ and migrations/ compiled to dist/, without what an earlier build left there. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/foreground.mjs';
import { prepare } from '../setup/prepare.mjs';

await prepare();
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
process.argv.splice(2, Infinity, '-p', path.join(root, 'tsconfig.build.json'));
await import('typescript/bin/tsc');
