/** The Node that Till runs on, where it is not the one that started the command. Needs no dependency. */
import path from 'node:path';
import { readJson, root, runForeground } from './foreground.mjs';
import { fetchNode } from './node-download.mjs';
import { runToEnd } from './run-to-end.mjs';

/** The oldest Node that these scripts themselves can be started by. */
const OLDEST_STARTER = '20.19.0';
/** The image's major version. Older ones are slower by a fifth or more (docs/performance.md). */
const PREFERRED = 24;

/** The oldest Node that Till runs on, from package.json. */
const oldestSupported = () => readJson(path.join(root, 'package.json')).engines.node.replace('>=', '');

/** Ends the process with a clear line when this Node can't even start the scripts. */
export function assertNodeVersion() {
  const { node } = process.versions;
  if (isAtLeast(node, OLDEST_STARTER)) return;
  console.error(
    `Till needs Node ${OLDEST_STARTER} or later to start, and runs on ${oldestSupported()} or later; this is Node ${node} (${process.execPath}).`,
  );
  process.exit(1);
}

/** Compares dotted versions number by number. */
export function isAtLeast(version, wanted) {
  const [actual, least] = [version, wanted].map((text) => text.split('.').map(Number));
  const different = least.findIndex((number, index) => number !== actual[index]);
  return different === -1 || actual[different] > least[different];
}

/**
 * Returns when this Node is new enough for Till. Where it is older, runs the whole command again on the one that `nodeBinary`
 * finds, with that one first on PATH, and ends with its exit status.
 */
export async function continueOnSupportedNode() {
  if (isAtLeast(process.versions.node, oldestSupported())) return;
  const node = await nodeBinary();
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const { status } = await runForeground(node, args, { env: environmentOf(node) });
  process.exit(status);
}

/**
 * The Node that api and worker run on: TILL_NODE if set; this one unless it is older than the image's; else the image's,
 * fetched once with npm and kept for all clones. Where that can't be had, this one, with a line that says so.
 * @throws Error when TILL_NODE names none that Till runs on, or when there is no other and this one is too old
 */
export async function nodeBinary(own = process.versions.node) {
  const chosen = process.env.TILL_NODE;
  if (chosen) return await accepted(chosen);
  if (Number.parseInt(own, 10) >= PREFERRED) return process.execPath;
  try {
    return await fetchNode(own);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (isAtLeast(own, oldestSupported())) return stayingOnThisOne(own, reason);
    throw new Error(
      `Till runs on Node ${oldestSupported()} or later. This is Node ${own}, and Node ${PREFERRED} can't be fetched here. ${reason}\n` +
        'Install a newer Node, or set TILL_NODE to the path of one.',
      { cause: error },
    );
  }
}

async function accepted(chosen) {
  const version = await runToEnd(chosen, ['--version']).catch((error) => {
    throw new Error(`TILL_NODE must be the path of a Node that runs here. ${error.message}`, { cause: error });
  });
  if (isAtLeast(version.trim().replace('v', ''), oldestSupported())) return chosen;
  throw new Error(`TILL_NODE is Node ${version.trim()}, and Till runs on ${oldestSupported()} or later.`);
}

function stayingOnThisOne(own, reason) {
  console.error(
    `  Node ${PREFERRED} can't be fetched here, so api and worker run on ${own}. ${reason}\n  (TILL_NODE=${process.execPath} asks for that, and for no other.)`,
  );
  return process.execPath;
}

/** What the command starts by the name `node`, npm's own scripts included, is that Node as well. */
function environmentOf(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'; // `Path` on Windows
  const found = [path.dirname(node), process.env[name]].filter(Boolean).join(path.delimiter);
  return { ...process.env, [name]: found, NODE: node, npm_node_execpath: node };
}
