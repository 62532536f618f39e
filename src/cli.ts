#!/usr/bin/env node
/** The oldest Node that Till runs on, as in package.json. */
const OLDEST = [22, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `Till needs Node ${OLDEST.join('.')} or later; this is ${process.versions.node}. In a clone, npm run till -- <command> uses a Node that is new enough.\n`,
  );
  process.exit(1);
}
// Imported only now, because an older Node would end with a syntax error of what this imports.
const { runProgram } = await import('./cli/program.js');
await runProgram();
