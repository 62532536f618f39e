import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FinalFailure } from '../platform/delivery/index.js';
import { AddressRefused, type Mail } from './mail-transport.js';
import { SmtpTransport } from './smtp-transport.js';

interface Received {
  readonly recipients: readonly string[];
  readonly mail: ParsedMail;
}

interface Refusals {
  readonly refuse?: number;
  readonly refuseSender?: number;
}

const mail: Mail = {
  id: 'evt_01h455vb4pex5vsknk084sn02q',
  recipientId: 'usr_01h455vb4pex5vsknk084sn02q',
  to: { name: 'Ada Lovelace', address: 'ada@example.com' },
  subject: 'Your order 1 is confirmed',
  text: 'Total: 19.98 EUR\n',
  html: '<p>Total: 19.98 EUR</p>',
  date: new Date('2026-01-02T03:04:05Z'),
};

describe('SmtpTransport', () => {
  let received: Received[];
  let refuse: number | undefined;
  let refuseSender: number | undefined;
  let server: SMTPServer;
  let transport: SmtpTransport;

  beforeEach(async () => {
    received = [];
    refuse = undefined;
    refuseSender = undefined;
    server = new SMTPServer({
      hideSMTPUTF8: true,
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onMailFrom: (_address, _session, done) =>
        done(refuseSender ? Object.assign(new Error('not you'), { responseCode: refuseSender }) : null),
      onRcptTo: ({ address }, _session, done) =>
        done(
          /^(?:nobody|unknown)/.test(address)
            ? Object.assign(new Error(address.startsWith('unknown') ? '5.1.1 no such user' : 'no such user'), {
                responseCode: 550,
              })
            : null,
        ),
      onData(stream, { envelope }, done) {
        void simpleParser(stream).then((parsed) => {
          received.push({ recipients: envelope.rcptTo.map(({ address }) => address), mail: parsed });
          done(refuse ? Object.assign(new Error('no room'), { responseCode: refuse }) : null);
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    transport = new SmtpTransport(`smtp://127.0.0.1:${port}`, {
      name: 'Müller, Sons & Co',
      address: 'orders@shop.example',
    });
  });
  afterEach(async () => {
    transport.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  it('hands over both forms of the letter, with an id made from the event', async () => {
    await transport.send(mail);
    expect(received).toHaveLength(1);
    const [{ recipients, mail: got }] = received as [Received];
    expect(recipients).toEqual(['ada@example.com']);
    expect(got.from?.text).toBe('"Müller, Sons & Co" <orders@shop.example>');
    expect(got.subject).toBe(mail.subject);
    expect(got.text?.trim()).toBe('Total: 19.98 EUR');
    expect(got.html).toContain('<p>Total: 19.98 EUR</p>');
    expect(got.messageId).toBe('<evt_01h455vb4pex5vsknk084sn02q@shop.example>');
    expect(got.date).toEqual(mail.date);
    expect(got.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('sends many at once over its few connections', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => transport.send({ ...mail, id: `evt_${index}` })));
    expect(new Set(received.map((one) => one.mail.messageId)).size).toBe(30);
  });

  it.each([
    ['the name', { to: { name: 'Eve\r\nBcc: victim@example.com', address: 'eve@example.com' } }],
    ['the subject', { subject: 'Hi\r\nBcc: victim@example.com\r\n\r\nbody' }],
  ])('lets nobody add a header through %s', async (_, part) => {
    await transport.send({ ...mail, ...part });
    const [{ recipients, mail: got }] = received as [Received];
    expect(recipients).toHaveLength(1);
    expect(got.headers.has('bcc')).toBe(false);
    expect(got.text?.trim()).toBe('Total: 19.98 EUR');
  });

  const failureOf = (given: Partial<Mail> = {}) =>
    transport.send({ ...mail, ...given }).then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each([
    ['the recipient', {}, 'no such user'],
    ['the content', { refuse: 554 }, 'no room'],
    ['the sender', { refuseSender: 550 }, 'not you'],
  ])('fails for good when the server refuses %s for good', async (what, given: Refusals, words) => {
    ({ refuse, refuseSender } = { refuse, refuseSender, ...given });
    const to = { name: 'N', address: what === 'the recipient' ? 'nobody@example.com' : 'ada@example.com' };
    const failure = await failureOf({ to });
    expect(failure).toBeInstanceOf(FinalFailure);
    expect(String(failure)).toContain(words);
  });

  it.each([
    ['that it does not exist', 'unknown@example.com', true],
    ['no', 'nobody@example.com', false],
  ])('knows an address that bounced by a code: the server says %s', async (_, address, isKnown) => {
    expect((await failureOf({ to: { name: 'N', address } })) instanceof AddressRefused).toBe(isKnown);
  });

  it('fails for good when the address is none', async () => {
    expect(await failureOf({ to: { name: 'N', address: '' } })).toBeInstanceOf(FinalFailure);
  });

  const unicode = { name: 'Bär', address: 'b\u00e4r@example.com' };

  it('fails for good, and sends nothing, when the address needs SMTPUTF8 and the server has none', async () => {
    const failure = await failureOf({ to: unicode });
    expect(failure).toBeInstanceOf(FinalFailure);
    expect(String(failure)).toContain('SMTPUTF8');
    expect(received).toEqual([]);
  });

  it('sends to an address with letters beyond ASCII where the server takes it', async () => {
    Object.assign(server.options, { hideSMTPUTF8: false });
    await transport.send({ ...mail, to: unicode });
    expect(received.map(({ recipients }) => recipients)).toEqual([[unicode.address]]);
  });

  it('sends to a domain with letters beyond ASCII whatever the server takes', async () => {
    await transport.send({ ...mail, to: { name: 'Ada', address: 'ada@münchen.example' } });
    expect(received.map(({ recipients }) => recipients)).toEqual([['ada@münchen.example']]); // smtp-server decodes it
  });

  it("may be sent again when the server can't be asked whether it takes such an address", async () => {
    const nowhere = new SmtpTransport('smtp://127.0.0.1:1', { name: '', address: 'till@localhost' });
    const failure = await nowhere.send({ ...mail, to: unicode }).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(FinalFailure);
    expect(String(failure)).toContain('ECONNREFUSED');
    nowhere.close();
  });

  it.each([
    ['refuses for the time being', { refuse: 452 }],
    ['asks us to sign in first', { refuseSender: 530 }],
  ])('may be sent again when the server %s', async (_, given: Refusals) => {
    ({ refuse, refuseSender } = { refuse, refuseSender, ...given });
    const failure = await failureOf();
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(FinalFailure);
  });

  it('fails when there is no server', async () => {
    const nowhere = new SmtpTransport('smtp://127.0.0.1:1', { name: '', address: 'till@localhost' });
    await expect(nowhere.send(mail)).rejects.toThrow('ECONNREFUSED');
    nowhere.close();
  });
});
