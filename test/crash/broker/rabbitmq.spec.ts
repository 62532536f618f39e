import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, type Finding } from '../../../src/doctor/index.js';
import { encodeId, type EventId } from '../../../src/shared/ids.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { record } from '../../support/outbound.js';
import { type RabbitMq, rabbitmq, startRabbitMq } from '../../support/rabbitmq.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';
import { subscribe } from '../../support/subscriber.js';
import { authority, tlsFront } from '../../support/tls/tls-front.js';

const where = rabbitmq ? '' : ' (not run: there is no RabbitMQ; apt-get install rabbitmq-server)';
const EXCHANGE = 'till.events';
/** So few that many events are about the same one. */
const THINGS = 40;
const LONG = 400_000;
const soon = { timeout: 90_000, interval: 100 };

const things = (count: number) => Array.from({ length: count }, (_, n) => `thing-${n % THINGS}`);

describe.skipIf(!rabbitmq)(`Events go to RabbitMQ${where}`, { timeout: LONG }, () => {
  let database: TestDatabase;
  let redis: OwnServer;
  let broker: RabbitMq;
  let client: Client;
  let workers: BuiltProcess[];
  let books: Awaited<ReturnType<typeof subscribe>>;

  const sql = async (statement: string, parameters?: unknown[]) =>
    (await client.query<Record<string, unknown>>(statement, parameters)).rows;
  const happen = (count: number) => record({ sql }, things(count));

  beforeAll(async () => {
    [database, redis, broker] = [await createDatabase(), await ownRedis(), await startRabbitMq()];
    client = new Client({ connectionString: database.url });
    await client.connect();
    books = await subscribe(broker.url, EXCHANGE);
    const env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: redis.url, PUBLIC_URL: 'http://till.test' };
    workers = await Promise.all([1, 2].map(() => startBuilt('worker.js', { ...env, BROKER_URL: broker.url })));
  }, LONG);
  afterAll(async () => {
    await books?.close();
    await Promise.all((workers ?? []).map((worker) => worker.stop()));
    await client?.end();
    await Promise.all([broker?.stop(), redis?.remove(), database?.drop()]);
  });

  const health = async () => {
    const answers = await Promise.all(
      workers.map(async ({ adminUrl }) => (await fetch(`${adminUrl}/health/ready`)).text()),
    );
    return answers.join('\n');
  };
  /** In how many answers of a worker's health the sign-in is refused. */
  const refusals = async () =>
    (await health()).split('It refuses the user, the password, or a right that it takes.').length - 1;
  const open = async () =>
    sql(`SELECT d.status, d.attempts FROM event_deliveries d WHERE d.consumer = 'broker' AND d.status <> 'done'`);

  /** How often the workers have looked for what is due, for any consumer: some twenty times a second. */
  const looks = async () => {
    const scans = `SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'event_deliveries_due'`;
    return Number((await sql(scans))[0]!['idx_scan']);
  };

  /** What the doctor finds of the broker. */
  const found = async (given: Readonly<Record<string, string>>) => {
    const env = { NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: redis.url, ...given };
    const all: Finding[] = [];
    for await (const finding of examine(env)) if (finding.about === 'RabbitMQ') all.push(finding);
    return all;
  };

  /** Waits until each event was confirmed, and checks that each came, of one thing in their order. Returns how many came again. */
  async function allTold(): Promise<number> {
    await expect.poll(async () => sql('SELECT FROM outbox'), soon).toEqual([]);
    await expect.poll(open, soon).toEqual([]);
    const logged = await sql('SELECT event_id AS id FROM event_log');
    const ids = logged.map(({ id }) => encodeId('evt', id as EventId)).toSorted();
    await expect.poll(() => [...new Set(books.told.map(({ id }) => id))].toSorted(), soon).toEqual(ids);
    const first = [...new Map(books.told.toReversed().map((message) => [message.id, message])).values()].toReversed();
    for (const [thing, told] of Map.groupBy(first, ({ body }) => body['subject'])) {
      const versions = told.map(({ body }) => Number(body['aggregateversion']));
      expect({ thing, versions }).toEqual({ thing, versions: versions.toSorted((a, b) => a - b) });
    }
    return books.told.length - first.length;
  }

  it('as CloudEvents, each once, those about one thing in their order, from two workers', async () => {
    await happen(1000);
    expect(await allTold()).toBe(0);
    const [{ id, routingKey, properties, body }] = books.told as [(typeof books.told)[number]];
    expect(routingKey).toBe('thing.happened');
    expect(properties).toMatchObject({
      messageId: id,
      type: 'thing.happened',
      contentType: 'application/cloudevents+json; charset=utf-8',
      deliveryMode: 2,
    });
    expect(body).toMatchObject({
      specversion: '1.0',
      id,
      type: 'thing.happened',
      source: 'http://till.test',
      data: {},
    });
  });

  it('and none is lost while the broker is killed and stays away under load', async () => {
    const load = (async () => {
      for (let round = 0; round < 40; round += 1) {
        await happen(50);
        await delay(150);
      }
    })();
    const before = books.told.length;
    await expect.poll(() => books.told.length, { ...soon, interval: 5 }).toBeGreaterThan(before + 100);
    await broker.kill();
    await expect.poll(health, soon).toContain('Events for the broker wait.');
    await expect.poll(async () => (await open()).length, soon).toBeGreaterThan(100);
    const waiting = await open();
    await broker.start();
    await load;
    const repeated = await allTold();
    process.stdout.write(`RabbitMQ killed: ${waiting.length} events waited, 2,000 came, ${repeated} again\n`);
    expect(await health()).not.toContain('wait');
  });

  it('and wait without using up attempts while an alarm blocks the connection', async () => {
    await broker.control('set_vm_memory_high_watermark', '0.0000001');
    await happen(300);
    await expect.poll(health, soon).toContain('It takes no messages');
    await expect.poll(async () => (await open()).length, soon).toBeGreaterThan(200);
    const before = await looks();
    await expect.poll(looks, soon).toBeGreaterThan(before + 100);
    const waiting = await open();
    expect(waiting.length).toBeGreaterThan(200);
    expect(Math.max(...waiting.map(({ attempts }) => Number(attempts)))).toBeLessThan(2);
    await broker.control('set_vm_memory_high_watermark', '0.9');
    await allTold();
  });

  it('and wait while the password is wrong, which health says without showing it', async () => {
    await broker.control('change_password', 'guest', 'another');
    await broker.control('close_all_connections', 'test');
    await expect.poll(refusals, soon).toBeGreaterThanOrEqual(workers.length);
    await happen(100);
    await expect.poll(async () => (await open()).length, soon).toBe(100);
    expect(await open()).toEqual(Array.from({ length: 100 }, () => ({ status: 'pending', attempts: 0 })));
    await broker.control('change_password', 'guest', 'guest');
    await allTold();
  });

  it('and till doctor signs in as they do, also by TLS with a private authority', async () => {
    const front = await tlsFront(broker.port, 'redis');
    const BROKER_URL = broker.url.replace('amqp:', 'amqps:').replace(/127.*$/, `localhost:${front.port}`);
    expect(await found({})).toEqual([]);
    expect(await found({ BROKER_URL: broker.url })).toMatchObject([{ ok: true }]);
    expect(await found({ BROKER_URL, BROKER_CA: authority })).toMatchObject([{ ok: true }]);
    expect(await found({ BROKER_URL })).toMatchObject([
      { ok: false, what: expect.stringContaining('BROKER_CA') as string },
    ]);
    const wrong = broker.url.replace('guest:guest', 'guest:wrong');
    expect(await found({ BROKER_URL: wrong })).toMatchObject([{ what: expect.stringContaining('password') as string }]);
    await front.close();
  });

  it('and what the broker refuses is tried again, while later events about the same thing wait for it', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    const full = { durable: true, arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } };
    await channel.assertQueue('full', full);
    await channel.bindQueue('full', EXCHANGE, 'thing.happened');
    await happen(THINGS * 2);
    const refused = `SELECT FROM event_deliveries WHERE consumer = 'broker' AND last_error = 'The broker refused the message.'`;
    await expect.poll(async () => (await sql(refused)).length, soon).toBeGreaterThan(THINGS / 2);
    await channel.deleteQueue('full');
    await connection.close();
    await allTold();
  });

  it('and a channel that ends, since the exchange was deleted, is made anew with it', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.deleteExchange(EXCHANGE);
    await happen(20);
    await expect.poll(health, soon).toContain('The exchange is gone.');
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    await channel.bindQueue('books', EXCHANGE, '#');
    await connection.close();
    await allTold();
  });
});
