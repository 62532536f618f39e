import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OrderExpiry } from '../../../src/orders/orders.worker.module.js';
import { DailyReconciliation } from '../../../src/payments/reconciliation/reconciliation.schedule.js';
import { DatabaseTime } from '../../../src/platform/database/database-time.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId } from '../../../src/shared/ids.js';
import { followDatabase, steadyNow } from '../../../src/shared/steady-time.js';
import type { Person } from '../../support/api.js';
import type { OrderBody } from '../../support/bodies.js';
import { assertBooks } from '../../support/books.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { api, mug, scenario, worker } from '../../support/scenario.js';

const PATIENT = { timeout: 15_000, interval: 20 };
const HOUR = 3_600_000;

let office: ReturnType<typeof sandboxOffice>;
scenario({ worker: true, people: [], mugs: 100, unchecked: true });
beforeAll(async () => {
  office = sandboxOffice(api);
});
afterEach(async () => {
  vi.useRealTimers();
  await assertBooks(api);
});

/** Sets the clock of the machine, for the api, the worker and this test alike. */
const jump = (ms: number) => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms, shouldAdvanceTime: true });
/** A token of the time before a jump may be over, or not good yet. */
const someone = () => api.person();
const place = async (shopper: Person): Promise<OrderBody> =>
  (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
const secondsLeft = async ({ id }: OrderBody) => {
  const row = `SELECT extract(epoch FROM reserved_until - now())::float8 AS s FROM orders WHERE id = $1`;
  return ((await api.sql(row, [decodeId('ord', id)])) as [{ s: number }])[0].s;
};
const stateOf = async ({ id }: OrderBody) =>
  (await api.sql('SELECT status FROM orders WHERE id = $1', [decodeId('ord', id)]))[0]?.['status'];

describe.each([25 * HOUR, -25 * HOUR])('When the clock of the machine jumps by %i ms and back,', (ms) => {
  it('an order expires neither too early nor too late', async () => {
    const before = await place(await someone());
    jump(ms);
    const during = await place(await someone());
    for (const order of [before, during]) {
      expect(await secondsLeft(order)).toBeGreaterThan(800);
      expect(await secondsLeft(order)).toBeLessThan(901);
    }
    await worker.get(OrderExpiry).tick();
    expect(await Promise.all([before, during].map(stateOf))).toEqual(['pending', 'pending']);
    vi.useRealTimers();
    await api.sql(`UPDATE orders SET reserved_until = reserved_until - interval '901 s' WHERE id = ANY($1)`, [
      [before, during].map(({ id }) => decodeId('ord', id)),
    ]);
    await worker.get(OrderExpiry).tick();
    await expect.poll(() => Promise.all([before, during].map(stateOf)), PATIENT).toEqual(['expired', 'expired']);
  });

  it('no payment and no webhook of the provider stays where it is', async () => {
    const early = await someone();
    const pending = { paymentMethod: 'pm_pending', capture: 'manual' };
    const waiting = (await api.pay(early, await place(early), pending)).body;
    const id = decodeId('pay', waiting.id);
    await api.sql('UPDATE payments SET reference = NULL WHERE id = $1', [id]);
    const authorized = { type: 'authorized', amount: 1000, own: true, reference: 'another-name' } as const;
    const captured = await office.make(waiting, { type: 'captured', amount: 1000 });
    await office.send(await office.webhook(waiting, authorized));
    await expect.poll(async () => (await api.paymentOf(waiting)).status, PATIENT).toBe('authorized');

    jump(ms);
    const shopper = await someone();
    const charged = (await api.pay(shopper, await place(shopper), { paymentMethod: 'pm_timeout_charged' })).body;
    expect((await office.send(captured)).status).toBe(200);
    await expect.poll(() => office.fates(captured), PATIENT).toEqual(['waiting']);
    vi.useRealTimers();

    const [{ seconds }] = (await api.sql(
      `SELECT extract(epoch FROM next_attempt_at - now())::float8 AS seconds FROM provider_webhooks
       WHERE provider_event_id = $1`,
      [captured.id],
    )) as [{ seconds: number }];
    expect(Math.abs(seconds)).toBeLessThan(61);
    await api.sql('UPDATE payments SET reference = $2 WHERE id = $1', [id, `sbx_${id}`]);
    await expect.poll(() => office.fates(captured), PATIENT).toEqual(['applied']);
    await api.passTime(6);
    await expect.poll(async () => (await api.paymentOf(charged)).status, PATIENT).toBe('captured');
  });

  it('no day is reconciled before it is over', async () => {
    jump(ms);
    await worker.get(DailyReconciliation).tick();
    vi.useRealTimers();
    const today = new Date().toISOString().slice(0, 10);
    expect(await api.sql('SELECT 1 FROM reconciliations WHERE date >= $1', [today])).toEqual([]);
  });
});

describe('A process on a machine whose clock is wrong', () => {
  it('goes by the clock of the database', async () => {
    followDatabase(Date.now() + HOUR, performance.now());
    expect(api.app.get(Clock).now().getTime() - Date.now()).toBeGreaterThan(HOUR - 1000);
    await worker.get(DatabaseTime).follow();
    expect(Math.abs(steadyNow() - Date.now())).toBeLessThan(1000);
    expect(await secondsLeft(await place(await someone()))).toBeLessThan(901);
  });
});
