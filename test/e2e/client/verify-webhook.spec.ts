import { beforeAll, expect, it, vi } from 'vitest';
import { inClone } from '../../../tools/servers/paths.js';
import { buildClient } from '../../support/client.js';
import { ok, type Receiver, startReceiver } from '../../support/receiver.js';
import { place, scenario } from '../../support/scenario.js';
import { endpointAt, type EndpointBody, soon } from '../webhook-endpoints/webhooks.js';

scenario({
  worker: true,
  people: ['shopper', 'admin'],
  mugs: 10,
  unchecked: true,
  env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' },
});

type Verify = (key: unknown, headers: unknown, body: unknown, options?: object) => Promise<Record<string, unknown>>;

let verifyWebhook: Verify;
let receiver: Receiver;
let endpoint: EndpointBody;
beforeAll(async () => {
  await buildClient();
  ({ verifyWebhook } = (await import(/* @vite-ignore */ `${inClone('packages', 'client')}/dist/index.js`)) as {
    verifyWebhook: Verify;
  });
  receiver = await startReceiver(ok);
  endpoint = await endpointAt(receiver.url, ['order.placed']);
  await place();
  await vi.waitFor(() => {
    if (receiver.received.length === 0) throw new Error('not yet');
  }, soon);
  return () => receiver.close();
}, 120_000);

const received = () => receiver.received[0]!;
const sentAt = () => Number(received().headers['webhook-timestamp']) * 1000;

it.each([
  ['its secret', () => endpoint.secret],
  ['its public key', () => endpoint.publicKey],
  ['one of two keys', () => [`whsec_${btoa('another secret of 24 bytes')}`, endpoint.secret]],
])('verifies what Till sent, by %s', async (_, key) => {
  const message = await verifyWebhook(key(), received().headers, received().raw);
  expect(message).toMatchObject({ type: 'order.placed', data: { status: 'pending', total: 1000 } });
  const text = received().raw.toString();
  expect(await verifyWebhook(key(), new Headers(received().headers), text)).toEqual(message);
});

it.each([
  ['another body', () => ({ raw: Buffer.from(received().raw.toString().replace('1000', '1')) })],
  ['another id', () => ({ headers: { ...received().headers, 'webhook-id': 'evt_1' } })],
  ['no signature', () => ({ headers: { ...received().headers, 'webhook-signature': 'v1,' } })],
  ['no headers', () => ({ headers: {} })],
  ['another key', () => ({ key: `whsec_${btoa('another secret of 24 bytes')}` })],
  ['a late clock', () => ({ options: { now: sentAt() + 301_000 } })],
  ['an early clock', () => ({ options: { now: sentAt() - 301_000 } })],
])('refuses %s', async (_, change) => {
  const given = { key: endpoint.secret, options: {}, headers: received().headers, raw: received().raw, ...change() };
  await expect(verifyWebhook(given.key, given.headers, given.raw, given.options)).rejects.toThrow(/webhook/i);
});
