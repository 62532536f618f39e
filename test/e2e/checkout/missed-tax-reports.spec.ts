import { expect, it, vi } from 'vitest';
import { TaxReportsRepair } from '../../../src/orders/tax-reports-repair.schedule.js';
import { startWorker } from '../../support/api.js';
import type { PlacedOrderBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { startTaxService, TAX_TOKEN, type TaxService } from '../../support/tax-service.js';

let service: TaxService;
scenario({
  people: ['shopper', 'admin'],
  env: async () => {
    service = await startTaxService();
    return { TAX_PROVIDER: 'remote', TAX_REMOTE_URL: service.url, TAX_REMOTE_TOKEN: TAX_TOKEN };
  },
  asRole: 'running',
});

const PATIENT = { timeout: 15_000, interval: 50 };
const given = { shippingAddress: { country: 'GB' } };
const buy = async (more: object = { taxClass: 'standard' }) => {
  const { id } = await api.product(10, { price: { amount: 600, currency: 'GBP' }, ...more });
  const { status, body } = await api.checkOut(shopper, [{ productId: id, quantity: 1 }], {}, { given });
  expect(status).toBe(201);
  return body as PlacedOrderBody;
};
const toTaxes = async ({ id }: { readonly id: string }) => {
  const rows = await api.sql(
    `SELECT e.type FROM event_deliveries d JOIN events e ON e.id = d.event_id WHERE d.consumer = 'taxes' AND e.order_id = $1`,
    [id],
  );
  return rows.map(({ type }) => type).toSorted();
};

/** Runs `work` beside a worker that has no tax provider, as one of an earlier release, until all is relayed. */
async function besideOldWorker<T>(work: () => Promise<T>): Promise<T> {
  const {
    TAX_PROVIDER: _provider,
    TAX_REMOTE_URL: _url,
    TAX_REMOTE_TOKEN: _token,
    ...processes
  } = api.processes as Record<string, string>;
  const old = await startWorker({ ...api, processes } as typeof api);
  try {
    const result = await work();
    await vi.waitFor(async () => expect(await api.sql('SELECT FROM outbox')).toEqual([]), PATIENT);
    return result;
  } finally {
    await old.close();
  }
}

it('A sale whose events a worker without the consumer relayed is committed once a worker with it starts, and later ones by its rounds', async () => {
  const [kept, returned, untaxed] = await besideOldWorker(async () => {
    const orders = [await buy(), await buy(), await buy({})] as const;
    expect((await api.refund(admin, orders[1].payment!, { amount: 300 })).status).toBe(201);
    return orders;
  });
  expect(await toTaxes(kept)).toEqual([]);

  const worker = await startWorker(api);
  try {
    await vi.waitFor(() => expect(service.documents.get(kept.id)).toMatchObject({ voided: false }), PATIENT);
    await vi.waitFor(() => expect(service.documents.get(returned.id)).toBeDefined(), PATIENT);
    expect([await toTaxes(kept), await toTaxes(returned), await toTaxes(untaxed)]).toEqual([
      ['order.confirmed'],
      ['order.confirmed', 'refund.succeeded'],
      [],
    ]);

    const [later] = await api.sql('SELECT id FROM events WHERE order_id = $1 AND type = $2', [
      kept.id,
      'order.confirmed',
    ]);
    await vi.waitFor(async () => {
      const deleted = `DELETE FROM event_deliveries WHERE event_id = $1 AND consumer = 'taxes' AND status = 'done' RETURNING 1`;
      expect(await api.sql(deleted, [later!['id']])).toHaveLength(1);
    }, PATIENT);
    await worker.get(TaxReportsRepair, { strict: false }).tick();
    expect(await toTaxes(kept)).toEqual(['order.confirmed']);
    await worker.get(TaxReportsRepair, { strict: false }).tick();
    expect(service.callsOf('/commits').filter(({ body }) => body['document'] === kept.id)).toHaveLength(1);
  } finally {
    await worker.close();
  }
});
