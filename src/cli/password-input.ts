import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandRefused } from '../platform/process/index.js';

/** Where a password comes from: an open file descriptor, or standard input, which is asked when it is a terminal. */
export interface PasswordSource {
  readonly passwordFd?: number | undefined;
}

/** Far more than the longest password. */
const MAX_BYTES = 4096;

/** A password that somebody chooses, without the end of its line. @throws CommandRefused when there is none */
export async function readNewPassword({ passwordFd }: PasswordSource): Promise<string> {
  if (passwordFd === undefined && process.stdin.isTTY) return askTwice();
  const password = await firstLine(passwordFd ?? 0);
  if (password === '') {
    throw new CommandRefused(
      'There is no password: run this at a terminal, or pass it on standard input or by --password-fd.',
    );
  }
  return password;
}

async function askTwice(): Promise<string> {
  const password = await ask('Password: ');
  if (password !== (await ask('The same again: ')))
    throw new CommandRefused('The two passwords differ; nothing was changed.');
  return password;
}

/** Asks at the terminal, which shows nothing of the answer. */
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
