import { beforeAll, describe, expect, it } from 'vitest';
import { decodeId, newId, type OrderId } from '../../../src/shared/ids.js';
import { TaxDocuments, TaxReports } from '../../../src/tax/index.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { api, mug, scenario, shopper } from '../../support/scenario.js';
import { startTaxService, TAX_TOKEN, type TaxService } from '../../support/tax-service.js';

let service: TaxService;
scenario({
  mugs: 100_000,
  asRole: 'running',
  env: async () => {
    service = await startTaxService();
    return { TAX_PROVIDER: 'remote', TAX_REMOTE_URL: service.url, TAX_REMOTE_TOKEN: TAX_TOKEN };
  },
});

const key = { country: 'GB', category: 'S', rate: '20' } as const;
const groups = [{ ...key, net: 100, tax: 20 }];
let orderId: OrderId;

/** An order with a document, as if it had been taxed. */
async function documented(): Promise<OrderId> {
  const { body } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
  const id = decodeId('ord', body.id)!;
  const document = { orderId: id, provider: 'remote', currency: 'GBP', reference: null };
  await api.app.get(Transaction).run(async () => api.app.get(TaxDocuments, { strict: false }).insert(document));
  return id;
}
beforeAll(async () => {
  orderId = await documented();
  await insert(orderId, 'commit', 120, 20);
});

const insert = (id: OrderId, kind: string, gross: number, tax: number) =>
  api.sql('INSERT INTO tax_operations (id, order_id, kind, groups, gross, tax) VALUES ($1, $2, $3, $4, $5, $6)', [
    newId<'txo'>(),
    id,
    kind,
    JSON.stringify(groups),
    gross,
    tax,
  ]);

describe('The database refuses', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['a second commit', () => insert(orderId, 'commit', 120, 20), { constraint: 'tax_operations_once' }],
    ['a refund beyond it', () => insert(orderId, 'refund', 121, 20), { constraint: 'tax_operations_within_commit' }],
    ['a refund of more tax', () => insert(orderId, 'refund', 100, 21), { constraint: 'tax_operations_within_commit' }],
    ['more tax than money', () => insert(orderId, 'refund', 1, 2), { constraint: 'tax_operations_tax' }],
    [
      'another amount afterwards',
      () => api.sql('UPDATE tax_operations SET gross = 121 WHERE order_id = $1', [orderId]),
      { message: expect.stringContaining('tax_operations') as string },
    ],
    [
      'another reference',
      () => api.sql('UPDATE tax_documents SET reference = $2 WHERE order_id = $1', [orderId, 'est_2']),
      { message: expect.stringContaining('tax_documents') as string },
    ],
    [
      'to forget a document',
      () => api.sql('DELETE FROM tax_documents WHERE order_id = $1', [orderId]),
      { message: expect.stringContaining('tax_documents') as string },
    ],
  ])('%s', async (_, breaks, error) => {
    await expect(breaks()).rejects.toMatchObject(error);
  });

  it('a refund or void of what was never committed', async () => {
    const id = await documented();
    for (const kind of ['refund', 'void'])
      await expect(insert(id, kind, 0, 0)).rejects.toMatchObject({ constraint: 'tax_operations_within_commit' });
  });

  it('a void after a refund, and a refund after a void', async () => {
    const [one, two] = [await documented(), await documented()];
    for (const id of [one, two]) await insert(id, 'commit', 120, 20);
    await insert(one, 'refund', 10, 2);
    await expect(insert(one, 'void', 0, 0)).rejects.toMatchObject({ constraint: 'tax_operations_within_commit' });
    await insert(two, 'void', 0, 0);
    await expect(insert(two, 'refund', 1, 0)).rejects.toMatchObject({ constraint: 'tax_operations_within_commit' });
  });

  it('one of two refunds at once that are too much together', async () => {
    const id = await documented();
    await insert(id, 'commit', 120, 20);
    const both = await Promise.allSettled([insert(id, 'refund', 80, 10), insert(id, 'refund', 80, 10)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

const report = (id: OrderId) =>
  api.app.get(TaxReports, { strict: false }).report(id, async () => ({ state: 'sold', due: groups }));

describe('Reports', () => {
  it('that run at once tell the provider one thing', async () => {
    const id = await documented();
    await Promise.all(Array.from({ length: 8 }, () => report(id)));
    expect(new Set(service.callsOf('/commits').map(({ key: id }) => id)).size).toBe(1);
    const rows = await api.sql('SELECT kind, sent_at IS NOT NULL AS sent FROM tax_operations WHERE order_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ kind: 'commit', sent: true }]);
  });

  it('continue after an answer that was lost, under the same key', async () => {
    const id = await documented();
    service.fail('done_then_cut');
    await expect(report(id)).rejects.toThrow('The tax provider failed');
    await report(id);
    const [first, second] = service.callsOf('/commits').slice(-2);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('are silent about an order without a document', async () => {
    const { body } = await api.place(shopper, [{ productId: mug.id, quantity: 1 }]);
    const before = service.calls.length;
    await report(decodeId('ord', body.id)!);
    expect(service.calls).toHaveLength(before);
  });
});
