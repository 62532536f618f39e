import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveAccess } from '../../../src/live/live-access.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { allLogged, connectSocket, type LiveClient, readStream } from '../../support/live.js';
import { admin, api, place, scenario, shopper, stranger, support } from '../../support/scenario.js';

scenario({
  worker: true,
  people: ['shopper', 'stranger', 'support', 'admin'],
  mugs: 100_000,
  unchecked: true,
  env: {
    LIVE_CONNECTIONS_PER_USER: '3',
    LIVE_CONNECTIONS: '20',
    COOKIE_SESSIONS: 'yes',
    CORS_ORIGINS: 'https://shop.example',
  },
});

let open: LiveClient[] = [];
beforeEach(async () => {
  open = [];
  await allLogged(api);
});
afterEach(async () => {
  for (const client of open) client.close();
  await Promise.all(open.map(({ closed }) => closed));
});

const kept = <C extends LiveClient>(client: C): C => {
  open.push(client);
  return client;
};
const socket = (who: Person, options?: Parameters<typeof connectSocket>[2]) =>
  kept(connectSocket(api.url, who, options));
const stream = (who: Person, options?: Parameters<typeof readStream>[2]) => kept(readStream(api.url, who, options));
const write = ({ token }: Person, id: string, text: string) =>
  api.post<{ id: string }>(`/v1/orders/${id}/messages`, { token, body: { text }, key: null });

const ways = [
  ['WebSocket', (who: Person, after?: number) => socket(who, after === undefined ? {} : { query: `?after=${after}` })],
  ['Server-Sent Events', (who: Person, after?: number) => stream(who, { lastEventId: after! })],
] as const;

describe.each(ways)('Live events by %s', (_, connect) => {
  it('bring a customer what happens to their orders, and nothing of others', async () => {
    const [mine, another] = [connect(shopper), connect(stranger)];
    await Promise.all([mine.ready, another.ready]);
    const order = await place();
    const answer = await write(support, order.id, 'On its way');
    const [placed, posted] = await mine.events('order.placed', 'order.message_posted');
    expect(placed).toMatchObject({ aggregate: { id: order.id }, actorId: shopper.id });
    // Without the text, and without who of the staff wrote it.
    expect(posted).toMatchObject({ actorId: null, data: { messageId: answer.body.id, side: 'staff' } });
    expect(posted!.sequence).toBeGreaterThan(placed!.sequence);
    await api.place(stranger, [{ productId: order.lines[0]!.productId, quantity: 1 }]);
    await another.events('order.placed');
    expect(another.messages.filter(({ event }) => event)).toHaveLength(1);
    expect(mine.messages.filter(({ event }) => event)).toHaveLength(2);
  });

  it('bring staff what they may read', async () => {
    const catalog = await api.person('catalog_manager');
    const [desk, shelf] = [connect(support), connect(catalog)];
    await Promise.all([desk.ready, shelf.ready]);
    const order = await place();
    await api.product(1);
    const [placed] = await desk.events('order.placed');
    expect(placed).toMatchObject({ aggregate: { id: order.id }, actorId: shopper.id });
    await shelf.events('product.created');
    expect(shelf.messages.some(({ event }) => event?.type.startsWith('order.'))).toBe(false);
  });

  it('begin after the event that the client saw last, with all that came since, in order', async () => {
    const first = connect(shopper);
    await first.ready;
    await place();
    const [seen] = await first.events('order.placed');
    first.close();
    await first.closed;
    const missed = [await place(), await place(), await place()];
    const second = connect(shopper, seen!.sequence);
    const came = await second.events('order.placed', 'order.placed', 'order.placed');
    expect(came.map(({ aggregate }) => aggregate.id)).toEqual(missed.map(({ id }) => id));
    await place();
    await second.events('order.placed', 'order.placed', 'order.placed', 'order.placed');
  });

  it('say so when what was asked for is gone, or was never there', async () => {
    await place();
    await api.sql('UPDATE event_sequence SET forgotten = 1');
    const [{ last }] = (await api.sql('SELECT last::int FROM event_sequence')) as [{ last: number }];
    const [expired, unknown, whole] = [connect(admin, 0), connect(admin, last + 1000), connect(admin, 1)];
    await Promise.all([expired.ready, unknown.ready, whole.ready]);
    expect(expired.messages[0]).toMatchObject({ type: 'reset', reason: 'expired' });
    expect(unknown.messages[0]).toMatchObject({ type: 'reset', reason: 'unknown' });
    expect(whole.messages[0]).toMatchObject({ type: 'ready', after: 1 });
    expect(expired.messages[0]!.after).toBeGreaterThanOrEqual(last);
  });

  it('end when the session does, and when rights are taken away', async () => {
    const [leaver, demoted] = [await api.person(), await api.person('support')];
    const [left, lost, stays] = [connect(leaver), connect(demoted), connect(shopper)];
    await Promise.all([left.ready, lost.ready, stays.ready]);
    await api.sql(`UPDATE sessions SET ended_at = now(), end_reason = 'signed_out' WHERE user_id = $1`, [
      decodeId('usr', leaver.id),
    ]);
    await api.sql(`UPDATE users SET roles = '{customer}' WHERE id = $1`, [decodeId('usr', demoted.id)]);
    await api.app.get(LiveAccess).check();
    const ended = await Promise.all([left.closed, lost.closed]);
    const reasons = [left, lost].map(({ messages }, index) => messages.at(-1)?.reason ?? ended[index]!.reason);
    expect(reasons).toEqual(['signed_out', 'rights_changed']);
    await place();
    await stays.events('order.placed');
  });

  it('are limited for each person', async () => {
    const someone = await api.person();
    const three = [connect(someone), connect(someone), connect(someone)];
    await Promise.all(three.map(({ ready }) => ready));
    expect(await connect(someone).closed).toMatchObject({ code: 429 });
    three[0]!.close();
    await expect
      .poll(async () => {
        const again = connect(someone);
        const came = await again.ready.then(() => true).catch(() => false);
        again.close();
        return came;
      })
      .toBe(true);
  });

  it('are for those who are signed in', async () => {
    expect(await connect({ id: '', token: 'nothing' }).closed).toMatchObject({ code: 401 });
  });
});

describe('A WebSocket', () => {
  it('signs in by its first message where it can send no header', async () => {
    const client = socket(shopper, { signsIn: 'message' });
    await client.ready;
    const { id } = await place();
    expect(await client.events('order.placed')).toMatchObject([{ aggregate: { id } }]);
  });

  it.each([
    ['a token that is none', '{"type":"sign_in","token":"nothing"}', 4401],
    ['something else', '{"type":"hello"}', 4400],
    ['no JSON', 'hello', 4400],
    ['more than 8 KiB', 'x'.repeat(9000), 1009],
  ])('is closed when the first message has %s', async (_, message, code) => {
    const client = socket(shopper, { signsIn: 'none' });
    client.socket.on('open', () => client.socket.send(message));
    expect(await client.closed).toMatchObject({ code });
  });

  it.each([
    ['a listed origin', { origin: 'https://shop.example' }, 'ready'],
    ['its own origin', { 'sec-fetch-site': 'same-origin' }, 'ready'],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['nowhere', {}, 403],
  ])('that is opened with the cookie of a browser comes from %s', async (_, from, outcome) => {
    const headers = { cookie: `__Host-till_access=${shopper.token}`, ...from } as Record<string, string>;
    const client = socket(shopper, { signsIn: 'none', headers });
    const ended = client.closed.then(({ code }) => code);
    expect(
      await Promise.race([
        client.ready.then(
          () => 'ready',
          () => ended,
        ),
        ended,
      ]),
    ).toBe(outcome);
  });

  it('takes no messages after that', async () => {
    const client = socket(shopper);
    await client.ready;
    client.socket.send('{}');
    expect(await client.closed).toMatchObject({ code: 4400 });
  });

  it('needs a handshake', async () => {
    expect(await api.get('/v1/live', shopper)).toMatchObject({ status: 400, body: { code: 'websocket_required' } });
  });

  it('is answered like any request where there is none', async () => {
    const { WebSocket } = await import('ws');
    const asked = new WebSocket(`${api.url.replace('http', 'ws')}/v1/orders`, {});
    asked.on('error', () => undefined);
    const status = await new Promise((resolve) =>
      asked.on('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    asked.terminate();
    expect(status).toBe(401);
  });
});

const mint = async (scopes: string[]) =>
  (
    await api.post<{ id: string; key: string }>('/v1/api-keys', {
      token: admin.token,
      body: { name: 'ERP', scopes },
      key: null,
    })
  ).body;

describe('An API key', () => {
  it('needs a permission, and its connection ends with the key', async () => {
    const [weak, strong] = [await mint(['orders:read']), await mint(['events:read'])];
    expect(await socket({ id: '', token: weak.key }).closed).toMatchObject({ code: 403 });
    const client = socket({ id: '', token: strong.key });
    await client.ready;
    await place();
    await client.events('order.placed');
    await api.request(`DELETE /v1/api-keys/${strong.id}`, admin);
    await expect
      .poll(
        async () => {
          await api.app.get(LiveAccess).check();
          return Promise.race([client.closed, Promise.resolve('open')]);
        },
        { timeout: 30_000 },
      )
      .toMatchObject({ code: 4401 });
  });
});

it('HEAD of the event stream opens none', async () => {
  expect((await api.request('HEAD /v1/live/events', shopper)).status).toBe(405);
});
