import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { InvalidConfig } from '../platform/config/index.js';
import { composed } from './composed-mail.js';
import { type Mail, MailTransport } from './mail-transport.js';
import type { Mailbox } from './mailbox.js';

/** Names the person, so that the files of somebody whose data is erased are found. Only files have it. */
const RECIPIENT = 'X-Till-Recipient';

/**
 * Writes e-mails to `<directory>/<event id>.eml`, for installations without an SMTP server. A file appears only when it is
 * complete, and a mail that is sent again replaces its file.
 */
export class FileTransport extends MailTransport {
  private written = 0;

  constructor(
    private readonly directory: string,
    private readonly from: Mailbox,
  ) {
    super();
  }

  override check(): void {
    const file = path.join(this.directory, `.check-${process.pid}.tmp`);
    try {
      this.write(file, '');
      rmSync(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const where = path.resolve(this.directory);
      throw new InvalidConfig([
        `MAIL_DIRECTORY: mails can't be written to ${where} (${code}); make it writable, or set SMTP_URL`,
      ]);
    }
  }

  async send(mail: Mail): Promise<void> {
    const { raw } = composed(mail, this.from, { [RECIPIENT]: mail.recipientId });
    const file = path.join(this.directory, `${mail.id}.eml`);
    const unfinished = `${file}.${process.pid}-${(this.written += 1)}.tmp`;
    try {
      this.write(unfinished, raw);
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  }

  override async forget(recipientId: string): Promise<number> {
    const line = `${RECIPIENT}: ${recipientId}`.toLowerCase();
    let deleted = 0;
    for (const name of await readdir(this.directory).catch(ifAbsent(() => []))) {
      if (!name.endsWith('.eml')) continue;
      const file = path.join(this.directory, name);
      const [headers = ''] = (await readFile(file, 'latin1').catch(ifAbsent(() => ''))).split('\r\n\r\n', 1);
      if (!headers.toLowerCase().split('\r\n').includes(line)) continue;
      await rm(file, { force: true });
      deleted += 1;
    }
    return deleted;
  }

  /** Writes synchronously: for a file this small, handing it to another thread takes longer than writing it. */
  private write(file: string, content: string): void {
    try {
      writeFileSync(file, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      makeDirectory(path.resolve(this.directory));
      writeFileSync(file, content);
    }
  }
}

/** Another worker may delete files, and nobody may have written one yet. */
function ifAbsent<T>(value: () => T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error;
    return value();
  };
}

/** Makes a directory and its parents one by one: under /proc, where none can be made, Node's `recursive` never ends. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
