import { createTransport } from 'nodemailer';
import { InvalidConfig } from '../platform/config/index.js';
import { FileTransport, mailDirectoryOf, SmtpUtf8 } from '../notifications/index.js';
import type { Variables } from '../settings.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'mail';
/** Stands for a sender that is wrong, which the check of the configuration reports. */
const UNKNOWN = { name: '', address: '' };
const TIMEOUTS = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 5000, dnsTimeout: 5000 };

export async function checkMail({
  SMTP_URL,
  MAIL_DIRECTORY,
  SHOP,
  MAIL_FROM = UNKNOWN,
}: Variables): Promise<Finding[]> {
  if (SMTP_URL) return [await checkServer(SMTP_URL)];
  try {
    const directory = MAIL_DIRECTORY ?? mailDirectoryOf(SHOP);
    new FileTransport(directory, MAIL_FROM).check();
    return [fine(about, `kept as files in ${directory}; nothing is sent`)];
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    return error.problems.map((text) => problem(about, text));
  }
}

async function checkServer(url: string): Promise<Finding> {
  const transport = createTransport({ url, ...TIMEOUTS });
  try {
    await transport.verify();
    const takesAll = await new SmtpUtf8(url, TIMEOUTS).isSupported();
    const except = takesAll ? '' : '; mail to addresses with letters beyond ASCII before the @ fails (no SMTPUTF8)';
    return fine(about, `the server answers and takes our sign-in${except}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refused = code === 'EAUTH';
    return problem(
      about,
      `the server ${refused ? 'refuses our sign-in' : 'does not answer as it should'} (${message})`,
      `Correct ${refused ? 'user and password' : 'host, port and smtp: or smtps:'} in SMTP_URL.`,
    );
  } finally {
    transport.close();
  }
}
