import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandRefused } from '../platform/process/index.js';

/** Where to read a password: an open file descriptor, or standard input (with a prompt at a terminal). */
export interface PasswordSource {
  readonly passwordFd?: number | undefined;
}

/** Far above the length of the longest password. */
const MAX_BYTES = 4096;

/** Reads a new password, without its line ending. @throws CommandRefused when there is none */
export async function readNewPassword({ passwordFd }: PasswordSource): Promise<string> {
  if (passwordFd === undefined && process.stdin.isTTY) return askTwice();
  const password = await firstLine(passwordFd ?? 0);
  if (password === '') {
    throw new CommandRefused(
      'There is no password: run this at a terminal, or pass the password on standard input or with --password-fd.',
    );
  }
  return password;
}

async function askTwice(): Promise<string> {
  const password = await ask('Password: ');
  if (password !== (await ask('Repeat password: ')))
    throw new CommandRefused('The two passwords differ; nothing was changed.');
  return password;
}

/** Asks at the terminal without echo. */
async function ask(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const given = new AbortController();
  lines.once('close', () => given.abort());
  lines.once('SIGINT', () => lines.close());
  process.stderr.write(question);
  try {
    return await lines.question('', { signal: given.signal });
  } catch {
    throw new CommandRefused('No password was given; nothing was changed.');
  } finally {
    process.stderr.write('\n');
    lines.close();
  }
}

async function firstLine(fd: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream('', { fd, autoClose: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES || chunk.includes('\n')) break;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandRefused(`The password can't be read from file descriptor ${fd} (${code}).`, { cause: error });
  }
  return /^[^\r\n]*/.exec(Buffer.concat(chunks).toString('utf8'))![0];
}
