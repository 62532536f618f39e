import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileTransport } from './file-transport.js';
import type { Mail } from './mail-transport.js';

const mail: Mail = {
  id: 'evt_01h455vb4pex5vsknk084sn02q',
  recipientId: 'usr_01h455vb4pex5vsknk084sn02q',
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Grüße',
  text: 'Hello Ada,\n',
  html: '<p>Hello Ada,</p>',
  date: new Date('2026-01-02T03:04:05Z'),
};

describe('FileTransport', () => {
  let parent: string;
  let directory: string;
  let transport: FileTransport;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'till-mail-'));
    directory = path.join(parent, 'not', 'there', 'yet');
    transport = new FileTransport(directory, { name: 'Till', address: 'till@localhost' });
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('writes a mail that mail programs read, into a directory it makes', async () => {
    await transport.send(mail);
    expect(await readdir(directory)).toEqual([`${mail.id}.eml`]);
    const read = await simpleParser(await readFile(path.join(directory, `${mail.id}.eml`)));
    expect(read.subject).toBe('Grüße');
    expect(read.to).toMatchObject({ text: '"Ada" <ada@example.com>' });
    expect(read.messageId).toBe(`<${mail.id}@localhost>`);
    expect(read.text?.trim()).toBe('Hello Ada,');
    expect(read.html).toContain('<p>Hello Ada,</p>');
  });

  it('leaves one file when the same mail is sent again, also at the same time', async () => {
    await Promise.all([transport.send(mail), transport.send(mail), transport.send(mail)]);
    await transport.send(mail);
    expect(await readdir(directory)).toEqual([`${mail.id}.eml`]);
  });

  it('deletes the mails to one person', async () => {
    expect(await transport.forget(mail.recipientId)).toBe(0);
    await transport.send(mail);
    await transport.send({ ...mail, id: 'evt_2' });
    // Somebody else, whose mail mentions the first.
    await transport.send({
      ...mail,
      id: 'evt_3',
      recipientId: 'usr_other',
      text: `X-Till-Recipient: ${mail.recipientId}`,
    });
    expect(await transport.forget(mail.recipientId)).toBe(2);
    expect(await readdir(directory)).toEqual(['evt_3.eml']);
  });

  it('is checked at start: it makes the directory and leaves nothing in it', async () => {
    transport.check();
    expect(await readdir(directory)).toEqual([]);
  });

  it('says, at start, what is wrong with a directory that takes no mail', async () => {
    const file = path.join(parent, 'a-file');
    await writeFile(file, '');
    const nowhere = new FileTransport(file, { name: 'Till', address: 'till@localhost' });
    expect(() => nowhere.check()).toThrow(`MAIL_DIRECTORY: mails can't be written to ${file} (ENOTDIR)`);
  });

  it('says so as well where nobody can make a directory', () => {
    const nowhere = new FileTransport('/proc/nowhere/at/all', { name: 'Till', address: 'till@localhost' });
    expect(() => nowhere.check()).toThrow(`MAIL_DIRECTORY: mails can't be written to /proc/nowhere/at/all (ENOENT)`);
  });

  it('makes the directory again when somebody removed it', async () => {
    await transport.send(mail);
    await rm(directory, { recursive: true });
    await transport.send({ ...mail, id: 'evt_other' });
    expect(await readdir(directory)).toEqual(['evt_other.eml']);
  });
});
