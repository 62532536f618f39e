import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../../support/api.js';
import type { OrderBody } from '../../support/bodies.js';
import { everyFailure } from '../../support/every-answer.js';
import { runEveryJob } from '../../support/every-job.js';
import { startShopOnANode } from '../../support/shop-on-a-node.js';
import { systemCitus } from '../../support/system-postgres.js';
import { importTaxRates } from '../../support/tax.js';

const SLOW = 300_000;
const DONE = { timeout: 60_000 };

const where = systemCitus ? '' : ' (not run: there is no PostgreSQL with Citus)';
const CASES = ['another node', 'the coordinator'] as const;

describe.skipIf(!systemCitus).each(CASES)(
  `A shop of a Citus cluster, with %s away${where}`,
  { timeout: SLOW },
  (away) => {
    let on: Awaited<ReturnType<typeof startShopOnANode>>;
    let worker: Awaited<ReturnType<typeof startWorker>>;

    beforeAll(async () => {
      on = await startShopOnANode(systemCitus!);
      worker = await startWorker(on.api);
      process.kill(on.cluster.pid(away === 'the coordinator' ? 'coordinator' : await on.otherNode()), 'SIGKILL');
    }, SLOW);
    afterAll(async () => {
      await worker?.close();
      await on?.close();
    }, SLOW);

    it('is ready', async () => {
      expect(await on.api.request('GET /health/ready')).toMatchObject({ status: 200 });
    });

    it('answers every request, none with an error of its own', async () => {
      expect(await everyFailure(on.shop)).toEqual([]);
    });

    it('has its worker relay and deliver events, send webhooks and make the tokens of mails', async () => {
      const { api, count } = on;
      const [person, { id }] = [await api.person(), await api.product(5)];
      const since = (await api.sql('SELECT clock_timestamp()::text AS at'))[0]!['at'] as string;
      const { body: order } = await api.place(person, [{ productId: id, quantity: 1 }]);
      expect((await api.pay(person, order, { paymentMethod: 'pm_pending' })).status).toBeLessThan(300);
      const register = { email: `${randomUUID()}@till.test`, password: 'a long enough one', name: 'Ada' };
      for (const _ of [1, 2])
        expect((await api.post('/v1/auth/register', { body: register })).status).toBeLessThan(300);
      await expect.poll(() => count('outbox'), DONE).toBe(0);
      await expect.poll(() => count(`event_deliveries WHERE status <> 'done'`), DONE).toBe(0);
      await expect.poll(() => count(`webhook_attempts WHERE started_at > '${since}'`), DONE).toBeGreaterThan(0);
      await expect.poll(() => count(`mailed_tokens WHERE purpose = 'repeated_registration'`), DONE).toBe(1);
      await expect.poll(() => count(`sandbox_webhooks WHERE next_attempt_at IS NOT NULL`), DONE).toBe(0);
      await expect
        .poll(async () => (await api.get<{ status: string }>(`/v1/orders/${order.id}`, person)).body.status, DONE)
        .toBe('confirmed');
      expect(await api.proof()).toMatchObject({ balanced: true });
    });

    it.each([false, true])(
      'sells with discounts, charges and a coupon, and takes parts back (with taxes: %s)',
      async (taxed) => {
        const { api } = on;
        if (taxed) await importTaxRates(api.app);
        const admin = await api.admin();
        const post = <B = { id: string }>(path: string, body: object) =>
          api.post<B>(path, { token: admin.token, body });
        const { id: productId } = await api.product(50, taxed ? { taxClass: 'standard' } : {});
        const [code, name] = [`SPRING-${Number(taxed)}`, 'Spring'];
        expect((await post('/v1/promotions', { name, code, benefit: 'percent', percentage: '10' })).status).toBe(201);
        const parcel = { name: 'Parcel', currency: 'EUR', price: 499, ...(taxed && { taxClass: 'standard' }) };
        const shippingMethod = (await post('/v1/shipping-methods', parcel)).body.id;
        const { status, body: order } = await post<OrderBody & { tax: number }>('/v1/orders', {
          lines: [{ productId, quantity: 3 }],
          couponCodes: [code],
          discounts: [{ name: 'Sorry', amount: 5, reason: 'late' }],
          shippingMethod,
          charges: [{ kind: 'fee', name: 'Wrap', amount: 5 }],
          shippingAddress: { country: 'GB' },
        });
        expect([status, order.tax > 0]).toEqual([201, taxed]);
        const paid = await api.pay(admin, order);
        expect(paid).toMatchObject({ status: 201 });
        const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
        expect(await post(`/v1/orders/${order.id}/fulfillments`, { lines })).toMatchObject({ status: 201 });
        expect(await post(`/v1/orders/${order.id}/cancellation`, { lines })).toMatchObject({ status: 201 });
        expect(await post(`/v1/payments/${paid.body.id}/refunds`, { lines })).toMatchObject({ status: 201 });
        expect((await api.get(`/v1/orders/${order.id}`, admin)).status).toBe(200);
        expect(await api.proof()).toMatchObject({ balanced: true });
      },
    );

    it('has its worker do each periodic job', async () => {
      const { jobs, failed } = await runEveryJob(worker);
      expect(failed).toEqual([]);
      expect(jobs).toBeGreaterThan(20);
    });
  },
);
