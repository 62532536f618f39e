import { expect, it } from 'vitest';
import { DeliveryExpiry } from '../../../src/platform/delivery/index.js';
import { uuidv7At } from '../../../src/shared/uuid.js';
import { api, scenario, worker } from '../../support/scenario.js';

const DAY_MS = 24 * 60 * 60 * 1000;

scenario({ worker: true, people: [], unchecked: true });

it('Deliveries made more than a week ago are forgotten, however many; dead and open ones stay, and so do events', async () => {
  const MANY = 5000;
  const ids = [6.9, 7.1, 400].flatMap((days) =>
    Array.from({ length: MANY }, () => uuidv7At(Date.now() - days * DAY_MS)),
  );
  const consumers = ['one', 'two'];
  await api.sql(
    `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
     SELECT id, 'thing.happened', 'thing', 'x', 1, '{}' FROM unnest($1::uuid[]) id`,
    [ids],
  );
  await api.sql(
    `INSERT INTO event_deliveries (event_id, consumer, status, next_attempt_at, done_at)
     SELECT id, consumer, CASE WHEN n % 5000 = 1 THEN 'dead' WHEN n % 5000 = 2 THEN 'pending' ELSE 'done' END,
       now() + interval '1 day', now() FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, n), unnest($2::text[]) consumer`,
    [ids, consumers],
  );
  expect(await worker.get(DeliveryExpiry).deleteOld()).toBe(2 * consumers.length * (MANY - 2));
  expect(await worker.get(DeliveryExpiry).deleteOld()).toBe(0);
  const left = await api.sql(
    `SELECT status, count(*)::int AS n FROM event_deliveries WHERE consumer = ANY ($1) GROUP BY status ORDER BY status`,
    [consumers],
  );
  expect(left).toEqual([
    { status: 'dead', n: 6 },
    { status: 'done', n: consumers.length * (MANY - 2) },
    { status: 'pending', n: 6 },
  ]);
  expect(await api.sql(`SELECT count(*)::int AS n FROM events WHERE type = 'thing.happened'`)).toEqual([
    { n: 3 * MANY },
  ]);
});
