import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

let money: Money;
let mug: ProductBody;
let book: ProductBody;
scenario({ people: ['shopper', 'admin'] });
beforeAll(async () => {
  await importTaxRates(api.app);
  mug = await api.product(100, { price: { amount: 12_000, currency: 'GBP' }, taxClass: 'standard' });
  book = await api.product(100, { price: { amount: 10_000, currency: 'GBP' }, taxClass: 'books' });
  money = await moneyIn(api);
});
afterAll(() => money?.leave());

/** A paid order of a mug with 20 % tax and a book without. */
async function paidOrder(): Promise<PlacedOrderBody> {
  const lines = [mug, book].map(({ id }) => ({ productId: id, quantity: 1 }));
  const given = { shippingAddress: { country: 'GB' } };
  return (await api.checkOut(shopper, lines, {}, { given })).body as PlacedOrderBody;
}

/** Refunds the book by its name: its provider refuses, and tells later that it was made after all. */
async function refundAfterAll({ payment, lines }: PlacedOrderBody): Promise<void> {
  await money.refuseRefunds(payment, 22_000);
  const refund = await api.refund(admin, payment, { lines: [{ lineId: lines[1]!.id, quantity: 1 }] });
  expect(refund).toMatchObject({ status: 201, body: { status: 'failed', amount: 10_000 } });
  await money.consent(payment);
  const [attempt] = await api.sql(
    `UPDATE sandbox.operations SET outcome = 'succeeded' WHERE payment_id = $1 AND kind = 'refund' RETURNING attempt_id AS id`,
    [decodeId('pay', payment.id)],
  );
  const id = String(attempt!['id']);
  const office = sandboxOffice(api);
  const told = { type: 'refunded', amount: 10_000, currency: 'GBP', attempt: id, eventId: `after_all_${id}` } as const;
  const webhook = await office.webhook(payment, told);
  expect((await office.send(webhook)).status).toBe(200);
  await money.readWebhooks();
  expect(await office.fates(webhook)).toEqual(['applied']);
}

const taxOf = async ({ id }: PlacedOrderBody) =>
  api.sql(
    `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 AND (a.code LIKE 'vat%' OR a.code LIKE 'refunds%')
     GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
    [decodeId('ord', id)],
  );
const agreedOf = async ({ id }: PlacedOrderBody) =>
  (await api.sql('SELECT agreed_amount::int AS agreed FROM orders WHERE id = $1', [decodeId('ord', id)]))[0]!['agreed'];

describe('A refund of named lines that had failed and that its provider made after all', () => {
  it('returns the tax of these lines, and no other', async () => {
    const order = await paidOrder();
    await refundAfterAll(order);
    expect(await taxOf(order)).toEqual([
      { code: 'refunds:GB:Z:0', amount: 10_000 },
      { code: 'vat_payable:GB:S:20', amount: -2000 },
    ]);
    expect(await agreedOf(order)).toBe(12_000);
  });
});
