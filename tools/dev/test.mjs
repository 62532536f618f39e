#!/usr/bin/env node
/** `npm test`: the whole suite. Arguments go to vitest (`npm test -- src/orders`). */
import { assertOpenFiles, assertWritable } from '../setup/conditions.mjs';
import { explain } from '../setup/explain.mjs';
import { assertNodeVersion, assertUsablePath, installDependencies } from '../setup/setup.mjs';

assertNodeVersion();
assertUsablePath('test');
assertOpenFiles();
assertWritable('node_modules');
try {
  await installDependencies();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
// Whatever the caller's shell says.
process.env.NODE_ENV = 'test';
process.argv.splice(2, 0, 'run');
await import('../../node_modules/vitest/vitest.mjs');
