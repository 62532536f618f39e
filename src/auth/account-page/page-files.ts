import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { besideCode } from '../../platform/build/index.js';

/** A file of the page as browsers get it. */
export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  /** Of its content (RFC 9110, section 8.8.3). */
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** What the page learns of the configuration. */
const COOKIES_OFF = '<meta name="till-cookie-sessions" content="no" />';

/** Returns the files of the account page by name; `index.html` says whether there are cookie sessions. @throws Error where it lacks that place */
export function readPageFiles(cookieSessions: boolean): ReadonlyMap<string, PageFile> {
  const folder = besideCode(path.join('pages', 'account'));
  const names = readdirSync(folder).filter((name) => path.extname(name) in TYPES);
  return new Map(
    names.map((name) => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      return [name, fileOf(name, name === 'index.html' && cookieSessions ? withCookies(text) : text)];
    }),
  );
}

function withCookies(html: string): string {
  if (!html.includes(COOKIES_OFF)) throw new Error(`The account page lacks ${COOKIES_OFF}`);
  return html.replace(COOKIES_OFF, COOKIES_OFF.replace('"no"', '"yes"'));
}

function fileOf(name: string, text: string): PageFile {
  const body = Buffer.from(text);
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { body, type: TYPES[path.extname(name)]!, etag: `"${digest}"` };
}
