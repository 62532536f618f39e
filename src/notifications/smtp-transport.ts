import { createTransport, type Transporter } from 'nodemailer';
import { type Mail, MailTransport, messageOf } from './mail-transport.js';

/** No step of a delivery may outlast the claim on its event, in milliseconds. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 5000 };

/** Hands e-mails to an SMTP server, over a few connections that stay open. */
export class SmtpTransport extends MailTransport {
  private readonly transporter: Transporter;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transporter = createTransport({ url, pool: true, maxConnections: 5, ...TIMEOUTS });
  }

  async send(mail: Mail): Promise<void> {
    await this.transporter.sendMail(messageOf(mail, this.from));
  }

  override close(): void {
    this.transporter.close();
  }
}
