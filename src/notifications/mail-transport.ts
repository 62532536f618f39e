import type { Letter } from './domain/letter.js';

/** One e-mail to one person. */
export interface Mail extends Letter {
  /** Of the event it tells of, in its public form: the same mail sent twice has the same id. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly date: Date;
}

/** The way e-mails leave Till. */
export abstract class MailTransport {
  /** Mails that may be on their way at once. */
  readonly concurrency: number = 10;

  /** @throws FinalFailure when the mail is refused for good; anything else when it was not handed over and may be sent again */
  abstract send(mail: Mail): Promise<void>;

  /** Looks, before the worker takes events, for what would fail every mail. @throws InvalidConfig */
  check(): void {}

  close(): void {}
}

/** The message as nodemailer takes it. The id is the event's, so that a receiver knows a repeat (RFC 5322, section 3.6.4). */
export function messageOf(mail: Mail, from: string) {
  const { id, to, subject, text, html, date } = mail;
  const host = /@([\w.-]+)/.exec(from)?.[1] ?? 'till.invalid';
  return { from, to: { ...to }, subject, text, html, date, messageId: `<${id}@${host}>` };
}
