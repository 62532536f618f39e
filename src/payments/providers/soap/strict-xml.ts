/** More than any response of the gateway needs, and small enough to be parsed in one go. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** A response that SOAP 1.1 over HTTP does not allow; its outcome stays unknown. */
export class UnclearAnswer extends Error {}

/**
 * Returns the text of a response that is safe to parse. SOAP 1.1, section 3: a message has no document type declaration and no
 * processing instruction, so there are no entities to expand and nothing to fetch. CDATA and encodings other than UTF-8, in which
 * these could hide, are refused too.
 * @throws UnclearAnswer
 */
export function strictXml(bytes: Buffer, contentType: string | undefined): string {
  if (bytes.length > MAX_ANSWER_BYTES) throw new UnclearAnswer(`The answer is longer than ${MAX_ANSWER_BYTES} bytes.`);
  if (!/^text\/xml(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType ?? ''))
    throw new UnclearAnswer('The answer is not text/xml in UTF-8.');
  const text = decoded(bytes).trim();
  const declaration = /^<\?xml\s[^<>]*?\?>/.exec(text)?.[0] ?? '';
  const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1] ?? 'utf-8';
  if (encoding.toLowerCase() !== 'utf-8') throw new UnclearAnswer('The answer says that it is in another encoding.');
  const document = text.slice(declaration.length).trimStart();
  if (!document.startsWith('<')) throw new UnclearAnswer('The answer is not XML.');
  if (/<!(?!--)/.test(document)) throw new UnclearAnswer('The answer has a document type declaration or CDATA.');
  if (document.includes('<?')) throw new UnclearAnswer('The answer has a processing instruction.');
  return declaration + document;
}

function decoded(bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw new UnclearAnswer('The answer is not UTF-8.');
}
