import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Mail, MailTransport, messageOf } from './mail-transport.js';

/**
 * Writes e-mails to `<directory>/<event id>.eml`, for installations without an SMTP server. A file is there whole or
 * not at all, and a mail that is sent again replaces its file.
 */
export class FileTransport extends MailTransport {
  constructor(
    private readonly directory: string,
    private readonly from: string,
  ) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    const content = await new MailComposer(messageOf(mail, this.from)).compile().build();
    const file = path.join(this.directory, `${mail.id}.eml`);
    const unfinished = `${file}.${randomUUID()}.tmp`;
    try {
      await this.write(unfinished, content);
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  private async write(file: string, content: Buffer): Promise<void> {
    try {
      await writeFile(file, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(this.directory, { recursive: true });
      await writeFile(file, content);
    }
  }
}
