import { randomBytes } from 'node:crypto';
import { hasLongerLines, isPlainText } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';
import type { Mail } from './mail-transport.js';
import type { Mailbox } from './mailbox.js';

/** So that no out-of-office reply and no mailing list answers (RFC 3834, section 5). */
const automatic = { 'Auto-Submitted': 'auto-generated' };
/** The longest line, without its end (RFC 2045, section 6.7). */
const LINE = 76;

/** A mail as it travels, and the addresses of its envelope. */
export interface ComposedMail {
  readonly raw: string;
  readonly envelope: { readonly from: string; readonly to: string[] };
}

/**
 * Composes a mail of text and HTML (RFC 2046, section 5.1.4). nodemailer encodes its headers and bodies; its streams, which are made for
 * attachments, take four times the CPU. The id is the event's, so a receiver recognises a repeat (RFC 5322, section 3.6.4).
 */
export function composed(mail: Mail, from: Mailbox, headers: Readonly<Record<string, string>> = {}): ComposedMail {
  const { id, to, subject, text, html, date } = mail;
  const boundary = `till-${randomBytes(16).toString('hex')}`;
  const node = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  node.setHeader({ ...automatic, ...headers, from: { ...from }, to: { ...to }, subject, date: dateOf(date) });
  node.setHeader('message-id', `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`);
  const parts = [part('text/plain', text), part('text/html', html)];
  const body = parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  const { from: sender, to: recipients } = node.getEnvelope();
  return {
    raw: `${node.buildHeaders()}\r\n\r\n${body}--${boundary}--\r\n`,
    envelope: { from: sender || from.address, to: recipients },
  };
}

function part(type: string, content: string): string {
  const lines = content.replaceAll(/\r?\n/g, '\r\n');
  const isShort = isPlainText(content, false) && !hasLongerLines(content, LINE);
  const encoding = isShort ? '7bit' : 'quoted-printable';
  const body = isShort ? lines : wrap(encode(lines), LINE);
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

/** RFC 5322, section 3.3: the zone is a number. */
function dateOf(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
