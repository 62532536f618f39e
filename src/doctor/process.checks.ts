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
