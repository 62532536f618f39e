import { createTransport, type Transporter } from 'nodemailer';
import { FinalFailure } from '../platform/delivery/index.js';
import { composed } from './composed-mail.js';
import { AddressRefused, type Mail, MailTransport } from './mail-transport.js';
import type { Mailbox } from './mailbox.js';
import { needsSmtpUtf8, SmtpUtf8 } from './smtp-utf8.js';

/** In milliseconds. No step of a delivery may take longer than the claim on its event lasts. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 5000 };

/** Sends e-mails through an SMTP server, over a few connections that stay open. */
export class SmtpTransport extends MailTransport {
  private readonly transporter: Transporter;
  private readonly utf8: SmtpUtf8;

  constructor(
    url: string,
    private readonly from: Mailbox,
    override readonly concurrency: number = 5,
  ) {
    super();
    this.utf8 = new SmtpUtf8(url, TIMEOUTS);
    this.transporter = createTransport({ url, pool: true, maxConnections: concurrency, ...TIMEOUTS });
  }

  async send(mail: Mail): Promise<void> {
    // nodemailer would send such an address as it is, and the server could deliver the mail to another one.
    if (needsSmtpUtf8(mail.to.address) && !(await this.utf8.isSupported())) {
      throw new FinalFailure('The mail server takes no address with letters beyond ASCII before the @ (SMTPUTF8).');
    }
    try {
      await this.transporter.sendMail(composed(mail, this.from));
    } catch (error) {
      throw refusalOf(error as SmtpError);
    }
  }

  override close(): void {
    this.transporter.close();
  }
}

/** The fields of nodemailer's errors: the server's reply, and the command that it replied to. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** There is no such mailbox or domain, or it takes no mail (RFC 3463, sections 3.2 and 3.3). A 550 without such a code may mean us. */
const NO_SUCH_ADDRESS = /\b5\.(?:1\.[1-4]|1\.6|1\.10|2\.1)\b/;

function refusalOf(error: SmtpError): Error {
  if (!isFinal(error)) return error;
  const isAddress = error.command === 'RCPT TO' && NO_SUCH_ADDRESS.test(error.response ?? '');
  return new (isAddress ? AddressRefused : FinalFailure)(error.message, { cause: error });
}

/** Replies about our sign-in and not about the mail (RFC 4954, section 6). */
const aboutUs = [530, 534, 535, 538];

/**
 * Whether the server refused this mail permanently (5xx, RFC 5321, section 4.2.1), or the address is invalid. A refusal of
 * our sign-in or connection is not permanent: it ends when somebody corrects the configuration.
 */
function isFinal({ code, command = '', responseCode = 0 }: SmtpError): boolean {
  if (code === 'EENVELOPE' && command === 'API') return true;
  const ofTheMail = ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command);
  return ofTheMail && responseCode >= 500 && responseCode < 600 && !aboutUs.includes(responseCode);
}
