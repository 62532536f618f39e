import { z } from 'zod';

/** Whether only this machine reaches a host: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** The URL of a server, user and password in it percent-encoded. The messages never show it: it holds a password. */
export const serverUrl = (...schemes: string[]) =>
  z.string().superRefine((text, context) => {
    const problem = problemOf(text, schemes);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

function problemOf(text: string, schemes: readonly string[]): string | undefined {
  const form = `must be a ${schemes.join(' or ')} URL`;
  if (!schemes.some((scheme) => text.startsWith(`${scheme}://`))) return form;
  if (/^[^/]*\/\/([^/?#]*@)?[^/?#@]*,/.test(text)) {
    return 'names several hosts, but Till connects to one: give the address that always leads to the primary (a virtual address, a proxy or a DNS name)';
  }
  if (!URL.canParse(withHost(text))) {
    return `${form}; encode special characters of user and password, such as @ as %40, / as %2F, # as %23 and % as %25`;
  }
  return isDecodable(text) ? undefined : 'has a % that begins no %XX; write % of a user or password as %25';
}

/** A URL with a user and no host is how a socket is written; the standard's parser wants a host. */
function withHost(text: string): string {
  return text.replace(/@(?=[/?]|$)/, '@socket');
}

function isDecodable(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text.split('?', 1)[0]!) && decodes(text.split('?', 1)[0]!);
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
