import { lackOfOpenFiles, openFileLimit } from '../platform/process/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'file descriptors';

/** Checks how many files and connections the process may have open. */
export function checkFileDescriptors(): Finding {
  const lack = lackOfOpenFiles();
  if (lack) return problem(about, lack.what, lack.remedy);
  const limit = openFileLimit();
  return fine(about, limit === undefined ? 'no limit' : `${limit} may be open at once`);
}

/** As `engines` of package.json says. */
const OLDEST_NODE = [22, 15] as const;

/** Whether Till supports the Node that runs it. */
export function checkNode(version = process.versions.node): Finding {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const isSupported = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isSupported) return fine('Node', version);
  return problem('Node', `${version}, which Till does not support`, `Use Node ${OLDEST_NODE.join('.')} or later.`);
}
