import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { z } from 'zod';

/** The sender of mails. The domain of the address is in ASCII (`xn--`), as it travels. */
export interface Mailbox {
  /** What mail programs show; may be empty, and have any letters. */
  readonly name: string;
  readonly address: string;
}

const EXAMPLE = 'write orders@shop.example or Shop <orders@shop.example>';
/** `name <address>`, with or without a name, or the address alone (RFC 5322, section 3.4). */
const FORM = /^(?:(?<name>[^<>]*)<(?<inBrackets>[^<>]*)>|(?<alone>[^\s<>]+))$/u;

/** One mailbox, which any mail server takes: `MAIL FROM:<>` means that nobody wants to hear of failures (RFC 5321, section 4.5.5). */
export const mailbox = z.string().transform((text, { addIssue, value }): Mailbox => {
  const { name = '', inBrackets, alone } = FORM.exec(text.trim())?.groups ?? {};
  const found = { name: unquoted(name.trim()), address: withAsciiDomain((inBrackets ?? alone ?? '').trim()) };
  const problem = problemOf(found);
  if (problem) addIssue({ code: 'custom', message: problem, input: value });
  return found;
});

function problemOf({ name, address }: Mailbox): string | undefined {
  if (/\p{Cc}/u.test(name)) return 'must have no control characters';
  if (!address.includes('@') || name.includes('@')) return `must be a sender with one e-mail address: ${EXAMPLE}`;
  if (!isEmail(address, { require_tld: false, allow_utf8_local_part: true })) {
    return `has an address that is none: ${EXAMPLE}`;
  }
  if (!isEmail(address, { require_tld: false, allow_utf8_local_part: false })) {
    return 'has letters beyond ASCII before the @, which many mail servers refuse (SMTPUTF8); use another mailbox, the name may have any letters';
  }
  return undefined;
}

/** A display name without its quotation marks (a quoted string, RFC 5322, section 3.2.4). */
function unquoted(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : name;
}

function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const ascii = domainToASCII(address.slice(at + 1));
  return at > 0 && ascii ? `${address.slice(0, at)}@${ascii}` : address;
}
