import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { MailBounces } from '../../../src/notifications/index.js';
import { decodeId, encodeId, newId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { admin, api, finance, scenario, worker } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

const soon = { timeout: 15_000, interval: 50 };
const mails: ParsedMail[] = [];
const refused: string[] = [];

/** Takes every mail but those to somebody whose address begins with `gone`. */
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo({ address }, _session, done) {
    if (!address.startsWith('gone')) return done();
    refused.push(address);
    return done(Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }));
  },
  onData(stream, _session, done) {
    void simpleParser(stream).then((mail) => {
      mails.push(mail);
      done();
    });
  },
});

scenario({
  worker: true,
  people: ['admin', 'finance'],
  unchecked: true,
  env: async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    return { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_DISPUTES_TO: 'Shop <disputes@shop.example>' };
  },
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const addressOf = async ({ id }: Pick<Person, 'id'>) =>
  String((await api.sql('SELECT email FROM users WHERE id = $1', [decodeId('usr', id)]))[0]!['email']);
/** The mail to this address whose subject begins so. */
const mailTo = (address: string, subject: string) =>
  vi.waitFor(() => {
    const found = mails.find(({ to, subject: its }) => {
      return [to].flat().some((one) => one?.text.includes(address)) && its?.startsWith(subject);
    });
    if (!found) throw new Error(`no mail to ${address}: ${mails.map((one) => one.subject).join(', ')}`);
    return found;
  }, soon);

/** Records an event about somebody. */
async function happened(type: string, aggregate: readonly [string, string], data: object = {}): Promise<string> {
  const id = newId<'evt'>();
  await api.sql(
    `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       VALUES ($1, $2, $3, $4, 1, $5) RETURNING id) INSERT INTO outbox SELECT id FROM e`,
    [id, type, ...aggregate, data],
  );
  return id;
}

const statusOf = async (id: string) => {
  const sql = `SELECT status FROM event_deliveries WHERE event_id = $1 AND consumer = 'mail'`;
  return (await api.sql(sql, [id]))[0]?.['status'];
};

const register = async (headers: Readonly<Record<string, string>>) => {
  const email = `${randomUUID()}@till.test`;
  const body = { email, password: 'four quiet grey herons', name: 'Ada' };
  const { body: user } = await api.post<{ id: string; language: string }>('/v1/auth/register', { body, headers });
  return { email, ...user };
};

describe('The language of mails', () => {
  it('is what the browser of the registration likes', async () => {
    const { email, language } = await register({ 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' });
    expect(language).toBe('de');
    const { text, html } = await mailTo(email, 'Willkommen bei Till');
    expect(text).toContain('Hallo Ada,');
    expect(html).toContain('<html lang="de">');
  });

  it('is what the person chose since', async () => {
    const person = await api.person();
    const change = { token: person.token, body: { language: 'de' } };
    expect((await api.request('PATCH /v1/users/me', change)).body).toMatchObject({ language: 'de' });
    expect((await api.request('PATCH /v1/users/me', { ...change, body: { language: 'xx' } })).status).toBe(400);
    await happened('user.password_changed', ['user', person.id]);
    await mailTo(await addressOf(person), 'Ihr Passwort wurde geändert');
  });

  it('is one that there are words for, whoever writes it', () =>
    expect(api.sql(`UPDATE users SET language = 'fr'`)).rejects.toThrow('users_language'));
});

describe('The mails of an order', () => {
  it('say what was bought, sent and refunded, with the taxes in it', async () => {
    await importTaxRates(api.app);
    const person = await api.person();
    const address = await addressOf(person);
    const mug = await api.product(10, { price: { amount: 1200, currency: 'EUR' }, taxClass: 'standard' });
    const lines = [{ productId: mug.id, quantity: 1 }];
    const { body: order } = await api.place(person, lines, { given: { shippingAddress: { country: 'GB' } } });
    const { body: payment } = await api.pay(person, order);
    const confirmed = await mailTo(address, `Your order ${order.number} is confirmed`);
    expect(confirmed.text).toMatch(/Total: 12\.00 EUR\nIncluded tax 20 %: 2\.00 EUR/);

    const shipment = { carrier: 'DHL', trackingNumber: 'JD014600003' };
    await api.post(`/v1/orders/${order.id}/fulfillments`, { ...admin, body: shipment });
    expect((await mailTo(address, `Your order ${order.number} is on its way`)).text).toContain(
      'Tracking number: JD014600003',
    );

    await api.post(`/v1/payments/${payment.id}/refunds`, { ...finance, body: { amount: 600 } });
    const refund = await mailTo(address, `Your refund for order ${order.number}`);
    expect(refund.text).toMatch(/Refunded: 6\.00 EUR\nIncluded tax 20 %: 1\.00 EUR/);

    const about = { orderId: order.id, paymentId: payment.id, amount: 1200, currency: 'EUR' };
    await happened('payment.failed', ['payment', payment.id], about);
    expect((await mailTo(address, `The payment for your order ${order.number} failed`)).text).toContain('12.00 EUR');
    const dispute = encodeId('dsp', newId<'dsp'>());
    const opened = { ...about, disputeId: dispute, provider: 'sandbox', status: 'open', coveredAmount: 1200 };
    await happened('dispute.opened', ['dispute', dispute], opened);
    const told = await mailTo('disputes@shop.example', `A payment of order ${order.number} is disputed`);
    expect(told.text).toContain(dispute);
  });
});

describe('An address that does not exist', () => {
  it('gets no mail after the first that was refused, until an operator says so', async () => {
    const person = await api.person();
    const address = `gone-${randomUUID()}@till.test`;
    await api.sql('UPDATE users SET email = $2 WHERE id = $1', [decodeId('usr', person.id), address]);
    const attempts = () => refused.filter((one) => one === address).length;
    const bounces = worker.get(MailBounces, { strict: false });
    const first = await happened('user.password_changed', ['user', person.id]);
    await expect.poll(() => statusOf(first), soon).toBe('dead');
    expect(await bounces.list()).toContainEqual(expect.objectContaining({ userId: person.id, email: address }));

    const second = await happened('user.password_changed', ['user', person.id]);
    await expect.poll(() => statusOf(second), soon).toBe('done');
    expect(attempts()).toBe(1);

    expect(await bounces.remove(address.toUpperCase())).toBe(true);
    const third = await happened('user.password_changed', ['user', person.id]);
    await expect.poll(() => statusOf(third), soon).toBe('dead');
    expect(attempts()).toBe(2);
  });

  it('is told by an operator, too, of accounts alone', async () => {
    const bounces = worker.get(MailBounces, { strict: false });
    const address = await addressOf(await api.person());
    expect([await bounces.add(address, 'a mail said so'), await bounces.add('nobody@till.test', 'no')]).toEqual([
      true,
      false,
    ]);
  });
});

it('Whoever works on the words sees each mail, in each language', async () => {
  const list = await fetch(`${api.url}/dev/mail`);
  expect(list.status).toBe(200);
  expect(await list.text()).toContain('/dev/mail/order_confirmed/de');
  expect(await (await fetch(`${api.url}/dev/mail/order_confirmed/de`)).text()).toContain(
    'Ihre Bestellung 1042 ist bestätigt',
  );
  expect(await (await fetch(`${api.url}/dev/mail/welcome/en?format=text`)).text()).toContain('Hello Ada,');
  expect((await fetch(`${api.url}/dev/mail/welcome/fr`)).status).toBe(404);
});
