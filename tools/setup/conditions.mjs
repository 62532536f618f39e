/** Conditions that must hold before anything starts. Needs no dependency. */
import fs from 'node:fs';
import path from 'node:path';
import { root } from './foreground.mjs';

/** With fewer, Node can't load the build, and reports that it can't find packages that exist. */
const FEWEST_OPEN_FILES = 1024;
/** Each client of api and worker takes one file. */
const ENOUGH_OPEN_FILES = 4096;

/**
 * Ends the process with a clear message if too few files may be open for it to start. Warns if only few clients could connect.
 * @param {number | undefined} limit
 */
export function assertOpenFiles(limit = openFileLimit()) {
  if (limit === undefined || limit >= ENOUGH_OPEN_FILES) return;
  const what = `Only ${limit} files and connections may be open at a time`;
  const remedy = `Raise the limit to ${ENOUGH_OPEN_FILES} or more (ulimit -n ${ENOUGH_OPEN_FILES}).`;
  if (limit >= FEWEST_OPEN_FILES) return console.error(`${what}, and each client takes one. ${remedy}`);
  console.error(`${what}, and Till needs ${FEWEST_OPEN_FILES} to start. ${remedy}`);
  process.exit(1);
}

/**
 * Ends the process with a clear message if it can't write to a folder of the clone.
 * @param {string} name
 */
export function assertWritable(name) {
  const folder = path.join(root, name);
  const where = fs.existsSync(folder) ? folder : root;
  try {
    fs.accessSync(where, fs.constants.W_OK);
  } catch (error) {
    console.error(
      `Till stores its files in its own folder, and can't write to ${where} (${error.code}).\n${NOT_WRITABLE}`,
    );
    process.exit(1);
  }
}

export const NOT_WRITABLE =
  'Let this user write there, or start from a copy of the folder on a disk that is not read-only.';

/** Returns undefined if there is no limit, or if it can't be read. */
function openFileLimit() {
  process.report.excludeNetwork = true; // it would look up the name of every peer
  const limit = process.report.getReport().userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : undefined;
}
