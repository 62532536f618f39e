/** What has to be so before anything starts. Needs no dependency. */
import fs from 'node:fs';
import path from 'node:path';
import { root } from './foreground.mjs';

/** With fewer Node can't load the build, and says of packages that are there that it can't find them. */
const FEWEST_OPEN_FILES = 1024;
/** Each client of api and worker takes one. */
const ENOUGH_OPEN_FILES = 4096;

/**
 * Ends the process with a clear line when too few files may be open at once for it to start; warns when few clients could connect.
 * @param {number | undefined} limit
 */
export function assertOpenFiles(limit = openFileLimit()) {
  if (limit === undefined || limit >= ENOUGH_OPEN_FILES) return;
  const what = `Only ${limit} files and connections may be open at once`;
  const remedy = `Raise the limit to ${ENOUGH_OPEN_FILES} or more (ulimit -n ${ENOUGH_OPEN_FILES}).`;
  if (limit >= FEWEST_OPEN_FILES) return console.error(`${what}, and each client takes one. ${remedy}`);
  console.error(`${what}, and Till needs ${FEWEST_OPEN_FILES} to start. ${remedy}`);
  process.exit(1);
}

/**
 * Ends the process with a clear line when it could not write to a folder of the clone.
 * @param {string} name
 */
export function assertWritable(name) {
  const folder = path.join(root, name);
  const where = fs.existsSync(folder) ? folder : root;
  try {
    fs.accessSync(where, fs.constants.W_OK);
  } catch (error) {
    console.error(
      `Till keeps what it makes in its own folder, and can't write to ${where} (${error.code}).\n${NOT_WRITABLE}`,
    );
    process.exit(1);
  }
}

export const NOT_WRITABLE =
  'Let this user write there, or start from a copy of the folder on a disk that is not read-only.';

/** Undefined where there is no limit, or none that can be read. */
function openFileLimit() {
  process.report.excludeNetwork = true; // it would look up the name of every peer
  const limit = process.report.getReport().userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : undefined;
}
