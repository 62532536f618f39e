import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../../support/api.js';
import { everyFailure } from '../../support/every-answer.js';
import { startShopOnANode } from '../../support/shop-on-a-node.js';
import { systemCitus } from '../../support/system-postgres.js';

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const SLOW = 300_000;
const DONE = { timeout: 60_000 };

describe.skipIf(!systemCitus)(`A shop in a Citus cluster with all that a shop does${where}`, { timeout: SLOW }, () => {
  let on: Awaited<ReturnType<typeof startShopOnANode>>;

  beforeAll(async () => {
    on = await startShopOnANode(systemCitus!);
  }, SLOW);
  afterAll(() => on?.close(), SLOW);

  it('answers every request, none with an error of its own', async () => {
    expect(await everyFailure(on.shop)).toEqual([]);
  });

  it('has its worker deliver events and record attempts that fail', async () => {
    const worker = await startWorker(on.api);
    try {
      await expect.poll(() => on.count('outbox'), DONE).toBe(0);
      await expect.poll(() => on.count(`event_deliveries WHERE status <> 'done'`), DONE).toBe(0);
      await expect.poll(() => on.count('webhook_deliveries WHERE attempts > 0'), DONE).toBeGreaterThan(0);
      await expect.poll(() => on.count('mailed_tokens WHERE token_hash IS NOT NULL'), DONE).toBeGreaterThan(0);
    } finally {
      await worker.close();
    }
    expect(await on.api.proof()).toMatchObject({ balanced: true });
  });
});
