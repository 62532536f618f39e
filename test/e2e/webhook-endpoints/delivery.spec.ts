import { createHash, createPublicKey } from 'node:crypto';
import { createVerifier, httpbis } from 'http-message-signatures';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, ok, type Receiver, startReceiver } from '../../support/receiver.js';
import { admin, api, scenario, worker } from '../../support/scenario.js';
import { decodeId } from '../../../src/shared/ids.js';
import { HostResolver } from '../../../src/webhook-endpoints/host-resolver.js';
import * as hooks from './webhooks.js';

const { soon } = hooks;

scenario({
  worker: true,
  people: ['admin'],
  asRole: 'running',
  unchecked: true,
  env: {
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32',
    WEBHOOK_TIMEOUT_SECONDS: '3',
    WEBHOOK_CONCURRENCY_PER_ENDPOINT: '3',
  },
});

let receiver: Receiver;
beforeEach(async () => (receiver = await startReceiver()));
afterEach(async () => {
  await api.sql(
    `UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'by_hand' WHERE status = 'enabled'`,
  );
  await receiver.close();
});

const arrived = (count: number, at = receiver) =>
  vi.waitFor(() => expect(at.received.length).toBeGreaterThanOrEqual(count), soon);

/** Waits until nothing is on its way to the endpoint, which is paused. */
const rested = ({ id }: hooks.EndpointBody) =>
  vi.waitFor(async () => {
    const served = await api.sql('SELECT lease FROM webhook_endpoints WHERE id = $1', [decodeId('whe', id)]);
    expect(served).toEqual([{ lease: null }]);
  }, soon);

/** As if another worker served the endpoints until then, from now. */
const lease = (until: string) =>
  api.sql(
    `UPDATE webhook_endpoints SET lease = gen_random_uuid(), leased_until = now() + $1::interval WHERE status = 'enabled'`,
    [until],
  );

describe('A webhook', () => {
  it('is signed over its raw bytes, and says what happened to which version of what', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['signed.*']);
    await hooks.happened('signed.once', 'thing-1');
    await arrived(1);
    const message = hooks.verified(receiver.received[0]!, endpoint.secret);
    expect(message).toMatchObject({ type: 'signed.once', aggregate: { type: 'thing', id: 'thing-1', version: 1 } });
    expect(Object.keys(message)).toEqual(['type', 'timestamp', 'id', 'sequence', 'aggregate', 'data']);
    expect(receiver.received[0]!.headers['webhook-id']).toBe(message.id);
    const { status, requestBody, log } = await hooks.logOf(endpoint, 1);
    expect({ status, requestBody }).toEqual({ status: 'succeeded', requestBody: receiver.received[0]!.raw.toString() });
    expect(log).toMatchObject([{ number: 1, status: 200, responseBody: 'thanks', error: null }]);
  });

  it('goes only to those who asked for its type, and once to each', async () => {
    const other = await startReceiver();
    const picky = await hooks.endpointAt(receiver.url, ['chosen.one', 'nothing.else']);
    await hooks.endpointAt(other.url, ['chosen.*']);
    await hooks.happened('chosen.two', 'thing-2');
    await hooks.happened('chosen.one', 'thing-1');
    await arrived(2, other);
    await arrived(1);
    await other.close();
    expect(other.received).toHaveLength(2);
    expect(await hooks.deliveriesOf(picky)).toMatchObject([{ type: 'chosen.one' }]);
  });

  it('is sent in order to the same thing, and follows the sequence of the log without a gap', async () => {
    const open = new Set<string>();
    let overlaps = 0;
    receiver.behaviour.answer = (response, { raw }) => {
      const { id } = (JSON.parse(raw.toString()) as hooks.MessageBody).aggregate;
      if (open.has(id)) overlaps += 1;
      open.add(id);
      setTimeout(() => {
        open.delete(id);
        ok(response);
      }, 20);
    };
    const endpoint = await hooks.endpointAt(receiver.url, ['ordered.*']);
    const things = Array.from({ length: 60 }, (_, index) => `thing-${index % 2}`);
    await hooks.happened('ordered.often', ...things);
    await arrived(60);
    const messages = receiver.received.map((one) => hooks.verified(one, endpoint.secret));
    for (const thing of new Set(things)) {
      const versions = messages.filter(({ aggregate }) => aggregate.id === thing).map((one) => one.aggregate.version);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
    expect(overlaps).toBe(0);
    const sequences = messages.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  });

  it('is sent also for what commits late', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['late.*']);
    const late = new Client({ connectionString: api.settings.DATABASE_URL });
    await late.connect();
    await late.query('BEGIN');
    await hooks.happened('late.first', 'thing-1', { sql: (text, values) => late.query(text, values) });
    await hooks.happened('late.second', 'thing-2');
    await arrived(1);
    await late.query('COMMIT');
    await late.end();
    await arrived(2);
    const messages = receiver.received.map((one) => hooks.verified(one, endpoint.secret));
    expect(messages.map(({ type }) => type)).toEqual(['late.second', 'late.first']);
    expect(messages[1]!.sequence).toBe(messages[0]!.sequence + 1);
  });

  it('waits while another worker serves its endpoint, and no longer than that worker lives', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['leased.*']);
    await lease('1 hour');
    await hooks.happened('leased.once', 'thing-1');
    await vi.waitFor(async () => expect(await hooks.deliveriesOf(endpoint)).toHaveLength(1), soon);
    await hooks.allServed();
    expect(await hooks.deliveriesOf(endpoint)).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect(receiver.received).toEqual([]);
    await lease('-1 second');
    await arrived(1);
  });

  it('has signatures of both secrets while one replaces the other', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['rotated.*']);
    const rotation = `/v1/webhook-endpoints/${endpoint.id}/secret-rotations`;
    const rotated = await api.post<{ secret: string }>(rotation, { ...admin, body: { overlapHours: 1 } });
    await hooks.happened('rotated.once', 'thing-1');
    await arrived(1);
    for (const secret of [endpoint.secret, rotated.body.secret]) hooks.verified(receiver.received[0]!, secret);
    await api.post(rotation, { ...admin, body: { overlapHours: 0 } });
    await hooks.happened('rotated.once', 'thing-2');
    await arrived(2);
    expect(() => hooks.verified(receiver.received[1]!, endpoint.secret)).toThrow('No matching signature');
  });

  it('has an HTTP message signature too, if its endpoint asks for one, that an independent implementation verifies', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['http_signed.*'], { httpSignatures: true });
    await hooks.happened('http_signed.once', 'thing-1');
    await arrived(1);
    const [{ headers, raw }] = receiver.received as [(typeof receiver.received)[number]];
    const request = { method: 'POST', url: receiver.url, headers };
    const x = Buffer.from(endpoint.publicKey.slice('whpk_'.length), 'base64').toString('base64url');
    const verify = createVerifier(
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
      'ed25519',
    );
    const keyLookup = async () => ({ id: endpoint.publicKey, algs: ['ed25519' as const], verify });
    expect(await httpbis.verifyMessage({ keyLookup, requiredFields: ['content-digest'] }, request)).toBe(true);
    expect(headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(raw).digest('base64')}:`);
    hooks.verified(receiver.received[0]!, endpoint.secret);
  });

  it('is sent again with the same id and bytes, later each time, until it arrives', async () => {
    receiver.behaviour.answer = answers(500);
    const endpoint = await hooks.endpointAt(receiver.url, ['failing.*']);
    await hooks.happened('failing.once', 'thing-1');
    await hooks.logOf(endpoint, 1);
    receiver.behaviour.answer = ok;
    await hooks.timePasses();
    const { status, log } = await hooks.logOf(endpoint, 2);
    expect([status, ...log.map((one) => one.status)]).toEqual(['succeeded', 200, 500]);
    const [first, second] = receiver.received;
    expect(second!.raw).toEqual(first!.raw);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect((await hooks.endpointOf(endpoint)).failures).toBe(0);
  });

  it('is given up after ten attempts, and sent once more when somebody asks for it', async () => {
    receiver.behaviour.answer = answers(500);
    const endpoint = await hooks.endpointAt(receiver.url, ['hopeless.*']);
    await hooks.happened('hopeless.once', 'thing-1');
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await hooks.logOf(endpoint, attempt);
      await hooks.timePasses();
    }
    const failed = await hooks.logOf(endpoint, 10);
    expect([failed.status, failed.attempts, failed.log.length]).toEqual(['failed', 10, 10]);
    receiver.behaviour.answer = ok;
    const again = await api.post<{ id: string }>(`/v1/webhook-deliveries/${failed.id}/redeliveries`, admin);
    await vi.waitFor(async () => expect((await hooks.deliveryOf(again.body)).status).toBe('succeeded'), soon);
    expect(receiver.received.at(-1)!.raw).toEqual(receiver.received[0]!.raw);
    expect(await hooks.deliveryOf(again.body)).toMatchObject({ kind: 'redelivery', type: 'hopeless.once' });
  });

  it('is sent once more with all that happened in a range, and to an endpoint that is younger', async () => {
    const [from, other] = [new Date().toISOString(), ['elsewhere.*']];
    await hooks.happened('replayed.once', 'thing-1', 'thing-2');
    await hooks.happened('unwanted.once', 'thing-1');
    await vi.waitFor(async () => expect(await api.sql('SELECT FROM outbox')).toEqual([]), soon);
    const endpoint = await hooks.endpointAt(receiver.url, ['replayed.*', ...other]);
    const replay = (body: object) =>
      api.post<{ deliveries: number }>(`/v1/webhook-endpoints/${endpoint.id}/replays`, { ...admin, body });
    expect((await replay({ from })).body).toEqual({ deliveries: 2 });
    await arrived(2);
    expect((await replay({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).body).toEqual({
      deliveries: 0,
    });
    expect((await replay({ from, to: new Date(Date.now() + 1000).toISOString() })).body).toEqual({ deliveries: 2 });
    await arrived(4);
  });

  it('of the type ping arrives as well', async () => {
    const endpoint = await hooks.endpointAt(receiver.url, ['never.*']);
    await api.post(`/v1/webhook-endpoints/${endpoint.id}/pings`, admin);
    await arrived(1);
    const message = hooks.verified(receiver.received[0]!, endpoint.secret);
    expect(message).toMatchObject({ type: 'ping', data: { endpointId: endpoint.id } });
    expect(await hooks.deliveriesOf(endpoint)).toMatchObject([{ kind: 'ping', type: 'ping', eventId: null }]);
  });
});

/** An endpoint and its only delivery, after so many attempts. */
const sent = async (type: string, attempts = 1) => {
  const endpoint = await hooks.endpointAt(receiver.url, [type]);
  await hooks.happened(type, 'thing-1');
  const delivery = await hooks.logOf(endpoint, attempts);
  return { endpoint: { ...endpoint, ...(await hooks.endpointOf(endpoint)) }, delivery, attempt: delivery.log[0]! };
};

describe('A receiver', () => {
  it('that hangs is left after the time-out', async () => {
    receiver.behaviour.answer = () => undefined;
    const { delivery, attempt } = await sent('hanging.once');
    expect(attempt).toMatchObject({ status: null, error: 'No answer within 3 s.' });
    expect(attempt.durationMs).toBeLessThan(10_000);
    expect(delivery.status).toBe('pending');
  });

  it('that answers without an end has answered by its status, and its body is cut', async () => {
    receiver.behaviour.answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 5);
      response.on('close', () => clearInterval(timer));
    };
    const { delivery, attempt } = await sent('endless.once');
    expect([delivery.status, attempt.status, attempt.responseBody?.length]).toEqual(['succeeded', 200, 1000]);
  });

  it('that redirects is not followed', async () => {
    const inside = await startReceiver();
    receiver.behaviour.answer = answers(302, { location: inside.url });
    const { delivery, attempt } = await sent('redirected.once');
    await inside.close();
    expect([delivery.status, attempt.status, inside.received.length]).toEqual(['pending', 302, 0]);
  });

  it('that asks for patience gets it, for everything that is for it', async () => {
    receiver.behaviour.answer = answers(429, { 'retry-after': '120' });
    const before = Date.now();
    const { endpoint, delivery } = await sent('patient.once');
    const waits = [delivery.nextAttemptAt, endpoint.pausedUntil].map((at) => Date.parse(at!) - before);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(119_000);
    await hooks.happened('patient.once', 'thing-2');
    await vi.waitFor(async () => expect(await hooks.deliveriesOf(endpoint)).toHaveLength(2), soon);
    await hooks.allServed();
    expect(receiver.received).toHaveLength(1);
  });

  it('that is gone gets nothing more, and its owner a mail', async () => {
    receiver.behaviour.answer = answers(410);
    const { endpoint } = await sent('gone.once');
    expect(endpoint).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    const mailed = `SELECT d.status FROM event_deliveries d JOIN events e ON e.id = d.event_id
      WHERE e.type = 'webhook_endpoint.disabled' AND e.aggregate_id = $1 AND d.consumer = 'mail'`;
    await vi.waitFor(async () => expect(await api.sql(mailed, [endpoint.id])).toEqual([{ status: 'done' }]), soon);
    const ping = await api.post(`/v1/webhook-endpoints/${endpoint.id}/pings`, admin);
    expect(ping).toMatchObject({ status: 409, body: { code: 'webhook_endpoint_disabled' } });
  });

  it('that has failed for five days gets nothing more', async () => {
    receiver.behaviour.answer = answers(500);
    const { endpoint } = await sent('failed.often');
    await api.sql(`UPDATE webhook_endpoints SET failing_since = now() - interval '5 days' WHERE failures > 0`);
    await hooks.timePasses();
    await hooks.logOf(endpoint, 2);
    expect(await hooks.endpointOf(endpoint)).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
  });

  it('whose owner may read events no longer gets nothing more, and belongs to whoever enables it again', async () => {
    const owner = await api.person('admin');
    const body = { url: receiver.url, types: hooks.hearsNothing };
    const made = await api.post<hooks.EndpointBody>('/v1/webhook-endpoints', { token: owner.token, body });
    await hooks.listensTo(made.body, ['owned.*']);
    await hooks.happened('owned.once', 'thing-1');
    await arrived(1);
    await api.sql(`UPDATE users SET roles = '{catalog_manager}' WHERE id = $1`, [decodeId('usr', owner.id)]);
    await vi.waitFor(
      async () => {
        await hooks.happened('owned.once', 'thing-2');
        expect(await hooks.endpointOf(made.body)).toMatchObject({ disabledReason: 'not_permitted' });
      },
      { timeout: 20_000, interval: 500 },
    );
    const mailed = `SELECT d.status FROM event_deliveries d JOIN events e ON e.id = d.event_id
      WHERE e.type = 'webhook_endpoint.disabled' AND e.aggregate_id = $1 AND d.consumer = 'mail'`;
    await vi.waitFor(async () => expect(await api.sql(mailed, [made.body.id])).toEqual([{ status: 'done' }]), soon);
    const [before, enabled] = [receiver.received.length, { ...admin, body: { status: 'enabled' } }];
    await api.request(`PATCH /v1/webhook-endpoints/${made.body.id}`, enabled);
    await hooks.happened('owned.once', 'thing-3');
    await arrived(before + 1);
    expect(await hooks.endpointOf(made.body)).toMatchObject({ status: 'enabled', disabledReason: null });
  });

  it('that fails five times in a row gets one message at a time, and the others use up no attempts', async () => {
    receiver.behaviour.answer = answers(500);
    const endpoint = await hooks.endpointAt(receiver.url, ['broken.*']);
    await hooks.happened('broken.once', ...Array.from({ length: 40 }, (_, index) => `thing-${index}`));
    await vi.waitFor(async () => expect((await hooks.endpointOf(endpoint)).pausedUntil).not.toBeNull(), soon);
    await rested(endpoint);
    const tried = receiver.received.length;
    expect(tried).toBeGreaterThanOrEqual(5);
    expect(tried).toBeLessThan(5 + 3); // as many more as were on their way
    await api.sql('UPDATE webhook_endpoints SET paused_until = NULL');
    await vi.waitFor(async () => expect((await hooks.endpointOf(endpoint)).pausedUntil).not.toBeNull(), soon);
    expect(receiver.received).toHaveLength(tried + 1);
    receiver.behaviour.answer = ok;
    await hooks.timePasses();
    await vi.waitFor(async () => expect(await hooks.deliveriesOf(endpoint, '?status=pending')).toEqual([]), soon);
  });

  it('that hangs delays no other one', async () => {
    const hanging = await startReceiver(() => undefined);
    const stuck = await hooks.endpointAt(hanging.url, ['shared.*']);
    await hooks.endpointAt(receiver.url, ['shared.*']);
    await hooks.happened('shared.once', ...Array.from({ length: 30 }, (_, index) => `thing-${index}`));
    await arrived(30);
    expect((await hooks.deliveriesOf(stuck)).filter(({ status }) => status === 'succeeded')).toEqual([]);
    await hanging.close();
  });
});

describe('An address inside of the network', () => {
  it.each([
    ['http://127.0.0.2/hook', 'leads to 127.0.0.2'],
    ['http://127.0.0.2/hook', 'WEBHOOK_ALLOWED_NETWORKS allows networks of your own'],
    ['http://[::1]/hook', 'leads to ::1'],
    ['http://[::ffff:10.0.0.1]/hook', 'which is not an address of the public internet'],
    ['http://2130706434/hook', 'leads to 127.0.0.2'],
    ['https://169.254.169.254/latest/meta-data', 'leads to 169.254.169.254'],
    ['http://1.1.1.1/', 'must be an https URL'],
    ['https://user:password@1.1.1.1/', 'must have no user and password'],
    ['ftp://1.1.1.1/', 'must be an https URL'],
    ['https://no-such-host.invalid/', 'has no address'],
  ])('is refused when it is saved: %s', async (url, message) => {
    const { status, body } = await api.post<{ errors: { pointer: string; message: string }[] }>(
      '/v1/webhook-endpoints',
      { ...admin, body: { url, types: ['*'] } },
    );
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: '/url' })]]);
    expect(body.errors[0]!.message).toContain(message);
  });

  it('is refused again when the name server changes its answer', async () => {
    const names = [api.app, worker].map((app) => app.get(HostResolver, { strict: false }));
    for (const resolver of names) resolver.resolve = async () => ['127.0.0.1'];
    const endpoint = await hooks.endpointAt(`http://rebound.example:${receiver.port}/hook`, ['rebound.*']);
    for (const resolver of names) resolver.resolve = async () => ['127.0.0.1', '::ffff:127.0.0.2'];
    await hooks.happened('rebound.once', 'thing-1');
    const { log } = await hooks.logOf(endpoint, 1);
    expect(log[0]).toMatchObject({ status: null });
    expect(log[0]!.error).toContain('which is not an address of the public internet');
    for (const resolver of names) resolver.resolve = async () => ['127.0.0.1'];
    await hooks.timePasses();
    expect((await hooks.logOf(endpoint, 2)).status).toBe('succeeded');
    expect(receiver.received).toHaveLength(1);
  });
});
