import { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import type { PageBody } from '../../support/bodies.js';
import { admin, api, placeAndPay, mug, scenario, shopper, support } from '../../support/scenario.js';
import { encodeId, type EventId, newId } from '../../../src/shared/ids.js';
import { uuidv7At } from '../../../src/shared/uuid.js';

interface Logged {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly createdAt: string;
  readonly aggregate: { readonly id: string; readonly version: number };
}

scenario({ worker: true, people: ['shopper', 'support', 'admin'], mugs: 1000, unchecked: true });

const page = async (query: string, person = support) =>
  (await api.get<PageBody<Logged>>(`/v1/events${query}`, person)).body;
/** The whole list, page by page. */
async function all(query: string): Promise<Logged[]> {
  const found: Logged[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { data, nextCursor }: PageBody<Logged> = await page(`?limit=2&${query}${cursor && `&cursor=${cursor}`}`);
    found.push(...data);
    cursor = nextCursor;
  }
  return found;
}
const last = async () => (await page('?limit=1')).data[0]?.sequence ?? 0;
const relayed = () =>
  vi.waitFor(async () => expect(await api.sql('SELECT FROM outbox')).toEqual([]), { timeout: 20_000, interval: 20 });
const typesOf = (events: readonly Logged[]) => events.map(({ type }) => type);

/** Records an event of a thing, without committing: what this returns commits it. */
async function recorded(thing: string, version: number): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: api.settings.DATABASE_URL });
  await client.connect();
  await client.query('BEGIN');
  await client.query(
    `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       VALUES ($1, 'thing.happened', 'thing', $2, $3, '{}') RETURNING id) INSERT INTO outbox SELECT id FROM e`,
    [newId(), thing, version],
  );
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

describe('the event log', () => {
  it('lists what happened, newest first, with version and sequence, and each page continues the one before', async () => {
    const order = await placeAndPay(1, mug);
    await relayed();
    const events = await all(`aggregateId=${order.id}`);
    expect(typesOf(events)).toEqual(['order.confirmed', 'order.placed']);
    expect(events.map(({ aggregate }) => aggregate)).toMatchObject([
      { id: order.id, version: 2 },
      { id: order.id, version: 1 },
    ]);
    const everything = await all('');
    const sequences = everything.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! - index));
    expect((await api.get(`/v1/events/${events[0]!.id}`, support)).body).toEqual(events[0]);
  });

  it('filters by type and time', async () => {
    await placeAndPay(1, mug);
    await relayed();
    const placed = await all('type=order.placed');
    expect(new Set(typesOf(placed))).toEqual(new Set(['order.placed']));
    const { createdAt } = placed[0]!;
    expect((await all(`type=order.placed&from=${createdAt}`)).map(({ id }) => id)).toEqual([placed[0]!.id]);
    expect((await all(`type=order.placed&to=${createdAt}`)).map(({ id }) => id)).not.toContain(placed[0]!.id);
  });

  it('shows what commits late to whoever reads on from the last sequence', async () => {
    const before = await last();
    const commitFirst = await recorded('thing-late', 1);
    const commitSecond = await recorded('thing-soon', 1);
    await commitSecond();
    await relayed();
    const seen = await all(`after=${before}`);
    expect(seen.map(({ aggregate }) => aggregate.id)).toEqual(['thing-soon']);
    await commitFirst();
    await relayed();
    const more = await all(`after=${seen.at(-1)!.sequence}`);
    expect(more.map(({ aggregate }) => aggregate.id)).toEqual(['thing-late']);
    expect(more[0]!.sequence).toBe(seen[0]!.sequence + 1);
    expect(await all(`after=${before}`)).toEqual([...seen, ...more]);
  });

  it('has the versions of one thing in their order, whatever the clocks of their processes said', async () => {
    const ids = [newId(), newId(), newId()].toReversed();
    await api.sql(
      `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
         SELECT id, 'thing.happened', 'thing', 'thing-skewed', n, '{}' FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, n) RETURNING id)
       INSERT INTO outbox SELECT id FROM e`,
      [ids],
    );
    await relayed();
    const versions = (await all('aggregateId=thing-skewed')).map(({ aggregate }) => aggregate.version);
    expect(versions).toEqual([3, 2, 1]);
  });

  it('is refused to customers, and knows no other ids', async () => {
    expect((await api.get('/v1/events', shopper)).status).toBe(403);
    expect((await api.get(`/v1/events/${encodeId('evt', newId<'evt'>())}`, support)).status).toBe(404);
    expect((await api.get('/v1/events?after=-1', admin)).status).toBe(400);
  });
});

describe('the database', () => {
  it.each(['UPDATE event_log SET position = -position', 'DELETE FROM event_log', 'DELETE FROM event_sequence'])(
    'refuses %s',
    (sql) => expect(api.sql(sql)).rejects.toThrow('append-only'),
  );

  it('never counts back', () =>
    expect(api.sql('UPDATE event_sequence SET last = last - 1')).rejects.toThrow('append-only'));

  it('forgets the place of an event with the event', async () => {
    const [id, kept] = [41, 40].map((days) => uuidv7At(Date.now() - days * 86_400_000));
    await api.sql(
      `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data, created_at)
       SELECT id, 'thing.happened', 'thing', 'thing-old', 1, '{}', now() - interval '40 days' FROM unnest($1::uuid[]) id`,
      [[id, kept]],
    );
    await api.sql('INSERT INTO outbox SELECT unnest($1::uuid[])', [[id, kept]]);
    await relayed();
    expect(await all('aggregateId=thing-old')).toHaveLength(2);
    await api.sql('SELECT delete_old_events($1, 1000)', [kept]);
    expect(await api.sql(`SELECT event_id FROM event_log WHERE aggregate_id = 'thing-old'`)).toEqual([
      { event_id: kept },
    ]);
    expect((await all('aggregateId=thing-old')).map(({ id: left }) => left)).toEqual([
      encodeId('evt', kept as EventId),
    ]);
  });

  it('tells a reader who goes on from before what is deleted, and none who goes on from after it', async () => {
    const [gone, kept] = [51, 50].map((days) => uuidv7At(Date.now() - days * 86_400_000));
    await api.sql(
      `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data, created_at)
       SELECT id, 'thing.happened', 'thing', 'thing-older', 1, '{}', now() - interval '50 days' FROM unnest($1::uuid[]) id`,
      [[gone, kept]],
    );
    await api.sql('INSERT INTO outbox VALUES ($1)', [gone]);
    await relayed();
    const [{ position }] = (await api.sql('SELECT position::int FROM event_log WHERE event_id = $1', [gone])) as [
      { position: number },
    ];
    await api.sql('SELECT delete_old_events($1, 1000)', [kept]);
    const answers = ['events?after=', 'orders?updatedSince='].map(async (list, index) => {
      const [before, after] = [
        [position - 1, position],
        [52, 30].map((days) => new Date(Date.now() - days * 86_400_000).toISOString()),
      ][index]!;
      const [refused, taken] = [
        await api.get(`/v1/${list}${before}`, admin),
        await api.get(`/v1/${list}${after}`, admin),
      ];
      return [refused.status, (refused.body as { code: string }).code, taken.status];
    });
    expect(await Promise.all(answers)).toEqual([
      [410, 'events_deleted', 200],
      [410, 'events_deleted', 200],
    ]);
  });
});
