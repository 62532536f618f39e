import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { CommandRefused } from '../platform/process/index.js';
import type { Manifest } from './manifest.js';

/** Called with the number of bytes that came so far. */
export type Count = (bytes: number) => void;

export type FileFacts = Pick<Manifest, 'bytes' | 'sha256'>;

/** The streams of the web and of Node have types of their own for the same thing. */
type Bytes = Parameters<Encrypter['encrypt']>[0] & globalThis.ReadableStream<Uint8Array>;

/**
 * Encrypts `source` into a new file in the age format (https://age-encryption.org/v1), which authenticates each 64 KiB and the end.
 * Returns its size and checksum once it is on the disk.
 */
export async function writeSealed(
  file: string,
  source: Readable,
  recipients: readonly string[],
  { count, signal }: { readonly count: Count; readonly signal: AbortSignal },
): Promise<FileFacts> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(Readable.toWeb(source) as Bytes);
  const measure = new Measure(count);
  const output = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(Readable.fromWeb(sealed as ReadableStream), measure, output, { signal });
  return measure.facts();
}

/** Checks that a file is the one that its manifest describes. @throws CommandRefused if a byte of it changed */
export async function assertUnchanged(file: string, { bytes, sha256 }: FileFacts, signal: AbortSignal, count: Count) {
  const measure = new Measure(count);
  await pipeline(reading(file), measure, async (chunks) => {
    for await (const _ of chunks);
  }, { signal }); // prettier-ignore
  const found = measure.facts();
  if (found.bytes === bytes && found.sha256 === sha256) return;
  const how = found.bytes === bytes ? 'its SHA-256 differs' : `it has ${found.bytes} bytes, not ${bytes}`;
  throw new CommandRefused(`${file} is damaged: ${how} from its manifest. Nothing was restored; take another backup.`);
}

/** Opens an encrypted file. The stream fails as soon as it reaches a changed byte. @throws CommandRefused if no key fits */
export async function openSealed(file: string, identities: readonly string[]): Promise<Readable> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    const plain = await decrypter.decrypt(Readable.toWeb(reading(file)) as Bytes);
    return Readable.fromWeb(plain as ReadableStream);
  } catch (error) {
    if (!/no identity matched/.test((error as Error).message)) throw damaged(file, error);
    throw new CommandRefused(
      `No key of BACKUP_IDENTITY opens ${file}. It needs the secret key of one of the recipients in its manifest.`,
    );
  }
}

/** The error of a file that does not decrypt. */
export function damaged(file: string, cause: unknown): CommandRefused {
  return new CommandRefused(`${file} is damaged: it does not decrypt. Nothing was restored; take another backup.`, {
    cause,
  });
}

function reading(file: string): Readable {
  return createReadStream(file, { highWaterMark: 1024 * 1024 });
}

/** Passes bytes on, counts them and computes their SHA-256. */
class Measure extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(private readonly count: Count) {
    super();
  }

  override _transform(chunk: Buffer, _: string, done: (error: null, chunk: Buffer) => void): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.count(this.bytes);
    done(null, chunk);
  }

  facts(): FileFacts {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}
