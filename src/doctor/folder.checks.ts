import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Finding, fine, problem } from './finding.js';

const MIB = 1024 * 1024;
/** PostgreSQL under `npm start` needs as much to start; in MiB. */
const ENOUGH = 64;

/** The folder that Till is run from, where all but production keep what they make (`.till`, `dist`, `node_modules`). */
export async function checkFolder(folder: string): Promise<Finding[]> {
  const home = path.join(folder, '.till');
  const where = existsSync(home) ? home : folder;
  const found = writable(where);
  return found.ok ? [found, await room(where)] : [found];
}

function writable(where: string): Finding {
  const name = 'folder';
  try {
    accessSync(where, constants.W_OK);
    return fine(name, `${where} can be written to`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = 'Let this user write there, or start from a copy on a disk that is not read-only.';
    return problem(name, `${where} can't be written to (${code}), so npm start and npm test can't run`, remedy);
  }
}

async function room(where: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(where);
  const free = Math.floor((bavail * bsize) / MIB);
  const text = `${free} MiB are free on the one with ${where}`;
  if (free >= ENOUGH) return fine('disk', text);
  return problem('disk', text, 'Make room: PostgreSQL under npm start ends when it is full.');
}
