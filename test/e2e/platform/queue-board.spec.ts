import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { QUEUES } from '../../../src/api.module.js';
import { Logger } from '../../../src/platform/logging/index.js';
import { DeliveryQueues } from '../../../src/platform/queue/index.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

let redis: OwnServer;
let api: Api;
let admin: Person;
let support: Person;
beforeAll(async () => {
  redis = await ownRedis();
  api = await startApi({ QUEUE_BOARD: 'on', REDIS_URL: redis.url });
  [admin, support] = [await api.admin(), await api.person('support')];
});
afterAll(async () => {
  await api.close();
  await redis.remove();
});

const basic = (password: string) => `Basic ${Buffer.from(`anything:${password}`).toString('base64')}`;
const ask = (place: string, authorization?: string, method = 'GET') =>
  fetch(`${api.url}/admin/queues${place}`, { method, ...(authorization && { headers: { authorization } }) });

it('The board is for nobody without the permission, and a browser asks for a password', async () => {
  for (const place of ['', '/api/queues', '/static/images/logo.svg']) {
    const stranger = await ask(place);
    expect([place, stranger.status]).toEqual([place, 401]);
    expect(stranger.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect((await ask(place, basic('wrong'))).status).toBe(401);
    expect((await ask(place, basic(support.token))).status).toBe(403);
  }
});

it('An admin gets the page with its files, by a token in the header or as a password', async () => {
  for (const authorization of [basic(admin.token), `Bearer ${admin.token}`]) {
    const page = await ask('', authorization);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).not.toMatch(/<%|https:\/\//);
    expect(html).toContain('<base href="/admin/queues/" />');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const scripts = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => `/${file}`);
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts) expect([script, (await ask(script, authorization)).status]).toEqual([script, 200]);
  }
});

it('It shows the queues of every consumer', async () => {
  const answer = await ask('/api/queues', basic(admin.token));
  const { queues } = (await answer.json()) as { queues: { name: string; readOnlyMode: boolean }[] };
  expect(queues.map(({ name }) => name).toSorted()).toEqual(QUEUES);
  expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
  const processes = { ...api.processes, BROKER_URL: 'amqp://127.0.0.1:1' };
  const worker = await startWorker({ ...api, processes });
  const consumers = worker.get(DeliveryQueues, { strict: false }).all();
  expect(consumers.length).toBeGreaterThan(3);
  expect(QUEUES).toEqual(expect.arrayContaining(consumers.map(({ consumer }) => consumer)));
  await worker.close();
});

it('Nothing in it changes anything, and no file beside its own comes out', async () => {
  const authorization = basic(admin.token);
  for (const place of ['/api/queues/pause', '/api/queues/mail/clean/failed', '/api/queues/mail/empty'])
    expect([place, (await ask(place, authorization, 'PUT')).status]).toEqual([place, 404]);
  for (const place of ['/static/..%2f..%2fpackage.json', '/static/%2e%2e/index.ejs', '/static/none.js', '/nothing'])
    expect([place, (await ask(place, authorization)).status]).toEqual([place, 404]);
});

it('Without QUEUE_BOARD=on there is none', async () => {
  const other = await startApi();
  const { token } = await other.admin();
  const answer = await fetch(`${other.url}/admin/queues`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(404);
  await other.close();
});

it("What it can't read is in the log with the reason", async () => {
  const warned = vi.spyOn(api.app.get(Logger), 'warn');
  const client = new Redis(redis.url);
  await client.set('till:mail:1', 'no job');
  const answer = await ask('/api/queues/mail/1', basic(admin.token));
  expect(answer.status).toBe(503);
  expect(warned.mock.calls).toContainEqual(['the page of queues was not read', { reason: 'WRONGTYPE' }]);
  await client.del('till:mail:1');
  client.disconnect();
  warned.mockRestore();
});

it('While Redis is away it says so', async () => {
  await redis.stop();
  const answer = await ask('/api/queues', basic(admin.token));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'queues_unreadable' });
  await redis.start();
});
