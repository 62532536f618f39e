import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdempotencyKeyExpiry } from '../../../src/platform/idempotency/idempotency.worker.module.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { type Api, startApi, startWorker } from '../../support/api.js';

describe('expiry of idempotency keys', () => {
  let api: Api;
  let worker: Awaited<ReturnType<typeof startWorker>>;

  beforeAll(async () => {
    api = await startApi();
    worker = await startWorker(api);
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
  });

  it('forgets keys older than two days, however many, and keeps the others', async () => {
    const tx = worker.get(Transaction);
    await tx.run(() =>
      tx.query(`
        INSERT INTO idempotency_keys (caller_id, route, key, fingerprint, status, body, created_at)
        SELECT gen_random_uuid(), 'POST /v1/orders', hours || '-' || n, '', 201, '{}', now() - hours * interval '1 hour'
        FROM unnest(ARRAY[1, 24, 47, 49, 1000]) AS hours, generate_series(1, 6000) AS n`),
    );
    expect(await worker.get(IdempotencyKeyExpiry).deleteExpired()).toBe(12_000);
    const left = await tx.query<{ hours: string }>(
      `SELECT DISTINCT split_part(key, '-', 1) AS hours FROM idempotency_keys`,
    );
    expect(left.map(({ hours }) => hours).toSorted()).toEqual(['1', '24', '47']);
  });
});
