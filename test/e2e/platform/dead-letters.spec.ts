import { describe, expect, it, vi } from 'vitest';
import type { PageBody } from '../../support/bodies.js';
import { runCli } from '../../support/build.js';
import { deadLetterOf } from '../../support/matrix-things.js';
import { admin, api, scenario, support } from '../../support/scenario.js';

interface Letter {
  readonly id: string;
  readonly consumer: string;
  readonly lastError: string | null;
}

scenario({ people: ['admin', 'support'], unchecked: true, asRole: 'running' });

const list = async (query = '') => (await api.get<PageBody<Letter>>(`/v1/dead-letters${query}`, admin)).body;
const retry = (id: string) => api.post(`/v1/dead-letters/${id}/retries`, admin);
const stateOf = (id: string) =>
  api.sql(
    `SELECT status, attempts, next_attempt_at <= now() AS due FROM event_deliveries d JOIN events e ON e.id = d.event_id
     WHERE d.consumer = split_part($1, '.', 2) ORDER BY d.event_id DESC LIMIT 1`,
    [id],
  );

const till = (...words: string[]) => runCli(['dead-letters', ...words], api.settings);

describe('Dead letters', () => {
  it('are listed with their reason, page by page, and by consumer', async () => {
    const ids = [await deadLetterOf(api), await deadLetterOf(api), await deadLetterOf(api)].toReversed();
    const first = await list('?limit=2');
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...second.data].map(({ id }) => id).slice(0, 3)).toEqual(ids);
    expect(first.data[0]).toMatchObject({
      consumer: 'mail',
      type: 'thing.happened',
      attempts: 15,
      lastError: 'refused',
    });
    expect((await list('?consumer=other')).data).toEqual([]);
  });

  it('are due from the first try on when somebody retries them, and are none any more', async () => {
    const id = await deadLetterOf(api);
    expect(await retry(id)).toMatchObject({ status: 201, body: { id, status: 'pending' } });
    expect(await stateOf(id)).toEqual([{ status: 'pending', attempts: 0, due: true }]);
    expect((await list()).data.map((letter) => letter.id)).not.toContain(id);
    expect((await retry(id)).status).toBe(404);
    const log = await api.get<PageBody<object>>(`/v1/audit-log?targetId=${id}`, admin);
    expect(log.body.data).toMatchObject([{ action: 'dead_letter.retried' }]);
  });

  it('are retried once by two people at the same moment', async () => {
    const id = await deadLetterOf(api);
    const answers = await Promise.all([retry(id), retry(id), retry(id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 404, 404]);
  });

  it('are not for everybody, and have no other ids', async () => {
    expect((await api.get('/v1/dead-letters', support)).status).toBe(403);
    for (const id of ['evt_1.mail', 'mail', "evt_01h455vb4pex5vsknk084sn02q.'"])
      expect((await retry(id)).status).toBe(404);
  });
});

it('till dead-letters lists and retries them', { timeout: 180_000 }, async () => {
  const id = await deadLetterOf(api);
  const listed = await till('list', '--consumer', 'mail');
  expect(listed.stdout).toContain(id);
  expect(JSON.parse((await till('retry', '--id', id)).stdout)).toEqual({ retried: 1 });
  await vi.waitFor(async () => expect(await stateOf(id)).toMatchObject([{ status: 'pending' }]), 20_000);
});
