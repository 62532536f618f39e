/** The first step of every command in package.json. Needs no dependency. */
import './asterisk.mjs';
import { assertOpenFiles, assertWritable } from './conditions.mjs';
import { explain } from './explain.mjs';
import { assertNodeVersion, continueOnSupportedNode } from './node.mjs';
import { installDependencies } from './setup.mjs';

/**
 * Continues on a Node that Till supports, with the dependencies installed. Ends the process with a clear message if it can't.
 * @param {string} [folder] the folder of the clone that a command with servers writes to; then it checks that servers can start
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

/** If the step fails, ends the process and prints what a person can do. */
export async function orEnd(step) {
  try {
    await step();
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}
