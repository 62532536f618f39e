/** What every command of package.json does first. Needs no dependency. */
import './asterisk.mjs';
import { assertOpenFiles, assertWritable } from './conditions.mjs';
import { explain } from './explain.mjs';
import { assertNodeVersion, continueOnSupportedNode } from './node.mjs';
import { installDependencies } from './setup.mjs';

/**
 * Goes on on a Node that Till supports, with the dependencies installed; ends the process with a clear line when it can't.
 * @param {string} [folder] of the clone, where a command writes that brings up servers: then it checks that they can start
 */
export async function prepare(folder) {
  assertNodeVersion();
  await orEnd(continueOnSupportedNode);
  if (folder !== undefined) {
    assertOpenFiles();
    assertWritable(folder);
  }
  await orEnd(installDependencies);
}

/** Ends the process with what a person can do when the step fails. */
export async function orEnd(step) {
  try {
    await step();
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}
