import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Finding, fine, problem } from './finding.js';

const MIB = 1024 * 1024;
/** In MiB; PostgreSQL under `npm start` needs this much to start. */
const ENOUGH = 64;

/** The folder that Till runs from, which holds `.till`, `dist` and `node_modules` outside production. */
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
  const text = `${free} MiB are free on the disk of ${where}`;
  if (free >= ENOUGH) return fine('disk', text);
  return problem('disk', text, 'Make room: PostgreSQL under npm start stops when the disk is full.');
}
