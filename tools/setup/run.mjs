#!/usr/bin/env node
/** `node tools/setup/run.mjs <command> [arguments]`: a command of a dependency, on a Node that Till supports. For package.json. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readJson, root } from './foreground.mjs';
import { prepare } from './prepare.mjs';

const [, , command] = process.argv;
await prepare();
const file = fileOf(command);
process.argv.splice(1, 2, file);
await import(pathToFileURL(file).href);

/** The command as the package of its name, or the one below, declares it. */
function fileOf(name) {
  const home = path.join(root, 'node_modules', { tsc: 'typescript' }[name] ?? name);
  const { bin } = readJson(path.join(home, 'package.json'));
  return path.join(home, typeof bin === 'string' ? bin : bin[name]);
}
