import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES, strictXml, UnclearAnswer } from './strict-xml.js';

const envelope = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>';
const read = (text: string | Buffer, type = 'text/xml; charset=utf-8') => strictXml(Buffer.from(text as string), type);

describe('An answer is read', () => {
  it.each([
    envelope,
    `<?xml version="1.0"?>${envelope}`,
    `<?xml version="1.0" encoding="utf-8"?>\n${envelope}`,
    `<?xml version='1.0' encoding='UTF-8' standalone="yes"?><!-- hello -->${envelope}`,
    `\uFEFF<?xml version="1.0"?>${envelope}`,
    envelope.replace('<s:Body/>', '<s:Body>1 &lt; 2 &#33; ü €</s:Body>'),
  ])('%s', (text) => {
    expect(read(text)).toContain('Envelope');
  });
  it.each(['text/xml', 'text/xml;charset=UTF-8', 'Text/XML; charset="utf-8"'])('as %s', (type) => {
    expect(read(envelope, type)).toBe(envelope);
  });
});

describe('An answer is refused', () => {
  it.each([
    ['a DTD', `<!DOCTYPE s [<!ENTITY a "b">]>${envelope}`],
    ['a DTD after the declaration', `<?xml version="1.0"?>\n<!doctype s SYSTEM "file:///etc/passwd">${envelope}`],
    ['a DTD behind a comment', `<!-- x --><!DOCTYPE s>${envelope}`],
    ['an entity', envelope.replace('<s:Body/>', '<!ENTITY x SYSTEM "http://127.0.0.1/">')],
    ['CDATA, which the client would parse again', envelope.replace('<s:Body/>', '<![CDATA[<?xml?><a/>]]>')],
    ['a processing instruction', `<?xml version="1.0"?><?xml-stylesheet href="x"?>${envelope}`],
    ['a processing instruction inside', envelope.replace('<s:Body/>', '<?php evil ?>')],
    ['another encoding', `<?xml version="1.0" encoding="utf-7"?>${envelope}`],
    ['UTF-16', Buffer.from(`\uFEFF<!DOCTYPE s>${envelope}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(`<!DOCTYPE s>${envelope}`, 'utf16le')],
    ['broken UTF-8', Buffer.concat([Buffer.from(envelope), Buffer.from([0xff])])],
    ['nothing', ''],
    ['JSON', '{}'],
    ['what is too long', envelope + ' '.repeat(MAX_ANSWER_BYTES)],
  ])('with %s', (_, text) => {
    expect(() => read(text)).toThrow(UnclearAnswer);
  });
  it.each(['text/html', 'application/json', 'text/xml; charset=utf-16', ''])('as %j', (type) => {
    expect(() => read(envelope, type)).toThrow(UnclearAnswer);
  });
});
