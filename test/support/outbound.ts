import { expect } from 'vitest';
import { encodeId, type EventId, newId, type UserId } from '../../src/shared/ids.js';
import { type BuiltProcess, startBuilt } from './built-process.js';
import { type MailServer, startMailServer } from './mail-server.js';
import { type Received, startReceiver } from './receiver.js';
import { type Shop, shopAt, withoutQuotas } from './shop.js';

/** What was mailed, and sent to the one webhook endpoint; by event and, of webhooks, by thing. */
export interface Arrived {
  readonly mails: readonly string[];
  readonly webhooks: readonly Received[];
}

interface Message {
  readonly id: string;
  readonly aggregate: { readonly id: string; readonly version: number };
}

export type Outbound = Awaited<ReturnType<typeof startOutbound>>;

/**
 * An api and two workers as they are built, with a mail server and a receiver that gets every event; each takes `slowness()` milliseconds.
 * `given`: their databases, and other variables.
 */
export async function startOutbound(
  given: { DATABASE_URL: string; REDIS_URL: string; WEBHOOK_TIMEOUT_SECONDS?: string },
  slowness = () => 0,
  slownessOfMail = slowness,
) {
  const mails = await startMailServer(slownessOfMail);
  const receiver = await startReceiver((response) => void setTimeout(() => response.end('thanks'), slowness()));
  const settings = { ...variables(mails), ...given };
  const api = await startBuilt('main.js', settings);
  const shop = shopAt(api.url, settings);
  await makeEndpoint(shop, receiver.url);
  const newWorker = () => startBuilt('worker.js', settings);
  const workers = await Promise.all([newWorker(), newWorker()]);
  return {
    shop,
    /** Whoever kills one puts another one into its place. */
    workers,
    newWorker,
    arrived: (): Arrived => ({ mails: mails.received, webhooks: receiver.received }),
    stop: async () => {
      for (const { child } of workers) child.kill('SIGCONT');
      await Promise.all([...workers, api].map((each: BuiltProcess) => each.stop()));
      await Promise.all([shop.leave(), mails.close(), receiver.close()]);
    },
  };
}

function variables(mails: MailServer): Record<string, string> {
  return {
    NODE_ENV: 'test',
    RATE_LIMIT_SCALE: '100000',
    ...withoutQuotas,
    QUOTA_UNVERIFIED_MAILS_PER_DAY: '1000000',
    PUBLIC_URL: 'http://till.test',
    SMTP_URL: mails.url,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32',
  };
}

/** An endpoint that gets every event. Returns its id. */
export async function makeEndpoint(shop: Shop, url: string): Promise<string> {
  const { token } = await shop.admin();
  const made = await shop.post<{ id: string }>('/v1/webhook-endpoints', { token, body: { url, types: ['*'] } });
  expect(made.status).toBe(201);
  return made.body.id;
}

/** Records events of these things in one transaction, each a version above the last. A user's leads to a mail. */
export async function record(shop: Pick<Shop, 'sql'>, things: readonly string[]): Promise<void> {
  await shop.sql(
    `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       SELECT id, CASE WHEN thing LIKE 'usr_%' THEN 'user.password_changed' ELSE 'thing.happened' END, 'thing', thing,
         row_number() OVER (PARTITION BY thing ORDER BY n)
           + coalesce((SELECT max(aggregate_version) FROM events WHERE aggregate_id = thing), 0), '{}'
       FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS t (id, thing, n) RETURNING id)
     INSERT INTO outbox SELECT id FROM e`,
    [things.map(() => newId()), things],
  );
}

/** People who get mails, in their public form. */
export async function people(shop: Pick<Shop, 'sql'>, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId<'usr'>());
  await shop.sql(
    `INSERT INTO users (id, email, name, roles) SELECT id, id || '@till.test', 'Ada', '{customer}' FROM unnest($1::uuid[]) id`,
    [ids],
  );
  return ids.map((id: UserId) => encodeId('usr', id));
}

/** What the log has, and what of it has not come to its end. */
const OPEN = `
  SELECT (SELECT count(*) FROM outbox)::int AS unrelayed,
    (SELECT count(*) FROM event_deliveries WHERE status <> 'done')::int AS deliveries,
    ((SELECT last FROM event_sequence) - (SELECT position FROM webhook_cursor))::int AS unread,
    (SELECT count(*) FROM webhook_deliveries WHERE status <> 'succeeded')::int AS webhooks`;
const NOTHING = { unrelayed: 0, deliveries: 0, unread: 0, webhooks: 0 };

/** Waits until every consumer has acknowledged every event. */
export function settled({ sql }: Pick<Shop, 'sql'>, timeout = 120_000): Promise<void> {
  return expect.poll(async () => (await sql(OPEN))[0], { timeout, interval: 100 }).toEqual(NOTHING);
}

const MAILED = `SELECT event_id AS id FROM event_deliveries WHERE consumer = 'mail'`;
const LOGGED = `SELECT event_id AS id FROM event_log`;
const idsOf = async ({ sql }: Pick<Shop, 'sql'>, query: string) =>
  (await sql(query)).map(({ id }) => encodeId('evt', id as EventId)).toSorted();

/**
 * Checks that everybody got everything: each mail and each webhook, and nothing else; each thing's versions in order, where what came
 * before is told by its id and left out. Returns how many came again.
 */
export async function assertComplete(shop: Pick<Shop, 'sql'>, { mails, webhooks }: Arrived): Promise<number> {
  expect([...new Set(mails)].toSorted()).toEqual(await idsOf(shop, MAILED));
  const messages = webhooks.map(({ raw }) => JSON.parse(raw.toString()) as Message);
  const first = new Map<string, Message>();
  for (const message of messages) {
    expect(first.get(message.id) ?? message).toEqual(message);
    if (!first.has(message.id)) first.set(message.id, message);
  }
  expect([...first.keys()].toSorted()).toEqual(await idsOf(shop, LOGGED));
  const byThing = Map.groupBy(first.values(), ({ aggregate }) => aggregate.id);
  for (const [thing, told] of byThing) {
    const versions = told.map(({ aggregate }) => aggregate.version);
    expect({ thing, versions }).toEqual({ thing, versions: versions.toSorted((a, b) => a - b) });
  }
  return mails.length - new Set(mails).size + messages.length - first.size;
}
