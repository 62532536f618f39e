import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseConnectionUrl } from 'nodemailer/lib/shared';

/** How long an answer of the server counts, in milliseconds: servers are replaced. */
const KEPT_MS = 600_000;

/** Whether an address needs SMTPUTF8 (RFC 6531). A domain never does: it travels as `xn--`. */
export function needsSmtpUtf8(address: string): boolean {
  return /\P{ASCII}/u.test(address.slice(0, address.lastIndexOf('@')));
}

/** Asks an SMTP server whether it takes mailboxes with letters beyond ASCII, once in ten minutes. */
export class SmtpUtf8 {
  private answer: { readonly supported: boolean; readonly at: number } | undefined;

  constructor(
    private readonly url: string,
    private readonly timeouts: SMTPConnection.Options,
  ) {}

  /** @throws what keeps the server from answering */
  async isSupported(): Promise<boolean> {
    if (!this.answer || performance.now() - this.answer.at > KEPT_MS) {
      this.answer = { supported: await this.ask(), at: performance.now() };
    }
    return this.answer.supported;
  }

  private ask(): Promise<boolean> {
    const connection = new SMTPConnection({ ...parseConnectionUrl(this.url), ...this.timeouts });
    return new Promise<boolean>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('end', () => reject(new Error('The mail server closed the connection.')));
      // The server's last words are then its reply to EHLO (after STARTTLS, where it has that).
      connection.connect(() => resolve(/^250[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse))));
    }).finally(() => connection.close());
  }
}
