/** What an e-mail says, in both forms. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}

/** A name or title on one line: control characters could forge a header or a second line. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** The first line of a letter to somebody, who may have no name that can be written. */
export function greeting(name: string): string {
  return name ? `Hello ${name},` : 'Hello,';
}

/** An HTML page that every mail program shows alike; `body` is HTML. */
export function page(body: string): string {
  return `<!doctype html><html lang="en"><body style="font-family:sans-serif;line-height:1.5">${body}</body></html>\n`;
}
