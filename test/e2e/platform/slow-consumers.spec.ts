import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { Outbox } from '../../../src/platform/outbox/index.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';

const MAILS = 100;
/** How long the mail server takes over each mail, in milliseconds. */
const SLOW_MS = 2000;

let server: SMTPServer;
let received = 0;
let atOnce = 0;
let most = 0;
let api: Api;
let worker: NestFastifyApplication;
let shopper: Person;
beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _, done) => {
      most = Math.max(most, ++atOnce);
      stream.resume();
      stream.on('end', () => {
        void delay(SLOW_MS).then(() => {
          atOnce -= 1;
          received += 1;
          done();
        });
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  api = await startApi({ SMTP_URL: `smtp://127.0.0.1:${port}`, SMTP_CONNECTIONS: '3' });
  worker = await startWorker(api);
  shopper = await api.person();
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const waitingMails = async () => {
  const open = `SELECT count(*)::int AS n FROM event_deliveries WHERE consumer = 'mail' AND status <> 'done'`;
  return Number((await api.sql(open))[0]!.n);
};

it('The refund of a cancelled order does not wait for mail, of which as many are sent at once as may be', async () => {
  const [tx, outbox] = [worker.get(Transaction, { strict: false }), worker.get(Outbox, { strict: false })];
  const told = { type: 'user.registered', aggregate: { type: 'user', id: shopper.id, version: 1 }, data: {} };
  await tx.run(async () => outbox.record(...Array.from({ length: MAILS }, () => told)));
  await expect.poll(() => atOnce, { timeout: 20_000 }).toBe(3);

  const mug = await api.product(1);
  const { body: order } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
  const { body: payment } = await api.pay(shopper, order);
  await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
  await expect.poll(async () => (await api.paymentOf(payment)).status, { timeout: 10_000 }).toBe('refunded');

  expect(await waitingMails()).toBeGreaterThan(MAILS / 2);
  expect(received).toBeLessThan(MAILS / 2);
  expect(most).toBe(3);
});
