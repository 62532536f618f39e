#!/usr/bin/env node
/** `npm test`: the whole suite. Arguments go to vitest (`npm test -- src/orders`). */
import { prepare } from '../setup/prepare.mjs';
import { assertUsablePath } from '../setup/setup.mjs';

assertUsablePath('test');
await prepare('node_modules');
// Whatever the caller's shell says.
process.env.NODE_ENV = 'test';
process.argv.splice(2, 0, 'run');
await import('../../node_modules/vitest/vitest.mjs');
