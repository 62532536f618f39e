import { pipeline } from 'node:stream/promises';
import type { AroundDump } from '../platform/database/index.js';
import { damaged } from './sealed-file.js';
import { startTool } from './postgres-tools.js';
import type { Course, Note } from './progress.js';

/** The commands that load a dump. */
export interface Loaders {
  readonly pgRestore: string;
  readonly psql: string;
}

export interface DumpOfShop {
  readonly file: string;
  /** PostgreSQL's custom format. */
  readonly dump: AsyncIterable<Uint8Array>;
}

/**
 * Loads a dump in one transaction with the statements around it: `pg_restore` makes a script of it, which `psql` runs. The statement that
 * commits is sent only when the dump came to its end and was read without an error, so whoever dies in between leaves nothing.
 * @throws CommandRefused for a file that does not decrypt, Fault with the last words of PostgreSQL's commands
 */
export async function loadShop(
  { pgRestore, psql }: Loaders,
  connection: Readonly<Record<string, string>>,
  { file, dump }: DumpOfShop,
  { before, after }: AroundDump,
  note: Note,
  { signal }: Course,
): Promise<void> {
  const reading = startTool(pgRestore, ['--no-owner', '--no-acl', '--file=-'], {}, ['pipe', 'pipe', 'pipe']);
  const writing = startTool(psql, PSQL, connection, ['pipe', 'ignore', 'pipe']);
  const source = watched(dump, note);
  const fed = pipeline(source.chunks, reading.child.stdin!, { signal }).catch(() => {
    if (source.failure() || signal.aborted) reading.child.kill();
  });
  async function* script() {
    yield `SET client_encoding = 'UTF8';\n${before};\n`;
    yield* reading.child.stdout! as AsyncIterable<Buffer>;
    await fed;
    await reading.done;
    yield `SET search_path = '';\n${after};\n`;
  }
  try {
    await pipeline(script, writing.child.stdin!, { signal });
    await writing.done;
  } catch (error) {
    reading.child.kill();
    if (signal.aborted || source.failure()) writing.child.kill();
    if (signal.aborted) throw error;
    const failure = source.failure();
    if (failure) throw damaged(file, failure);
    if (isClosed(error)) await writing.done; // it closed its input: it says why
    writing.child.kill();
    throw error;
  }
}

const PSQL = ['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1', '--file=-'];

function isClosed(error: unknown): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The chunks of a dump, counted, and the error with which they ended. */
function watched(dump: AsyncIterable<Uint8Array>, note: Note) {
  let failure: Error | undefined;
  async function* chunks() {
    let bytes = 0;
    try {
      for await (const chunk of dump) {
        yield chunk;
        note('bytes', (bytes += chunk.length));
      }
    } catch (error) {
      failure = error as Error;
      throw error;
    }
  }
  return { chunks, failure: () => failure };
}
