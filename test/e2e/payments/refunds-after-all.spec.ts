import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PaymentBody, PlacedOrderBody, ProductBody, RefundBody } from '../../support/bodies.js';
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

const refundBook = ({ payment, lines }: PlacedOrderBody) =>
  api.refund(admin, payment, { lines: [{ lineId: lines[1]!.id, quantity: 1 }] });

/** Refunds the book by its name, and its provider refuses. Returns the refund. */
async function refusedRefund(order: PlacedOrderBody): Promise<RefundBody> {
  await money.refuseRefunds(order.payment, 22_000);
  const refund = await refundBook(order);
  expect(refund).toMatchObject({ status: 201, body: { status: 'failed', amount: 10_000 } });
  await money.consent(order.payment);
  return refund.body;
}

/** The provider says this of the refund's attempt. */
async function tell(payment: PaymentBody, refund: RefundBody, type: 'refunded' | 'refund_reversed'): Promise<void> {
  const [attempt] = await api.sql('SELECT id FROM payment_attempts WHERE refund_id = $1', [decodeId('rfd', refund.id)]);
  const id = String(attempt!['id']);
  const office = sandboxOffice(api);
  const told = { type, amount: 10_000, currency: 'GBP', attempt: id, eventId: `${type}_${id}` } as const;
  const webhook = await office.webhook(payment, told);
  expect((await office.send(webhook)).status).toBe(200);
  await money.readWebhooks();
  expect(await office.fates(webhook)).toEqual(['applied']);
}

/** The provider made the refused refund after all, and says so. */
async function madeAfterAll(payment: PaymentBody, refund: RefundBody): Promise<void> {
  await api.sql(
    `UPDATE sandbox.operations SET outcome = 'succeeded' WHERE payment_id = $1 AND kind = 'refund' AND outcome = 'declined'`,
    [decodeId('pay', payment.id)],
  );
  await tell(payment, refund, 'refunded');
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
    await madeAfterAll(order.payment, await refusedRefund(order));
    expect(await taxOf(order)).toEqual([
      { code: 'refunds:GB:Z:0', amount: 10_000 },
      { code: 'vat_payable:GB:S:20', amount: -2000 },
    ]);
    expect(await agreedOf(order)).toBe(12_000);
  });
});

const surplusOf = async ({ payment }: PlacedOrderBody) =>
  api.sql(`SELECT r.id FROM surplus_refunds s JOIN refunds r ON r.id = s.refund_id WHERE r.payment_id = $1`, [
    decodeId('pay', payment.id),
  ]);
async function refundedTwice(): Promise<{ order: PlacedOrderBody; refund: RefundBody }> {
  const order = await paidOrder();
  const refund = await refusedRefund(order);
  expect(await refundBook(order)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  await madeAfterAll(order.payment, refund);
  return { order, refund };
}

describe('A refund of named lines that its provider made after all, when these had been refunded anew,', () => {
  it('is a refund of an amount, and lowers what the order may keep', async () => {
    const { order, refund } = await refundedTwice();
    expect((await api.get<RefundBody>(`/v1/refunds/${refund.id}`, admin)).body.status).toBe('succeeded');
    expect(await surplusOf(order)).toEqual([{ id: decodeId('rfd', refund.id) }]);
    expect(await api.paymentOf(order.payment)).toMatchObject({ capturedAmount: 22_000, refundedAmount: 20_000 });
    expect(await agreedOf(order)).toBe(2000);
    expect(await taxOf(order)).toEqual([
      { code: 'refunds:GB:S:20', amount: 8333 },
      { code: 'refunds:GB:Z:0', amount: 10_000 },
      { code: 'vat_payable:GB:S:20', amount: -333 },
    ]);
  });

  it('leaves the rest of the order to a cancellation', async () => {
    const { order } = await refundedTwice();
    expect((await money.cancel(order)).status).toBe(201);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ captured: 22_000, refunded: 22_000, given: 22_000, cleared: 0 });
  });

  it('lets the order keep its money again when it comes back', async () => {
    const { order, refund } = await refundedTwice();
    await api.sql(
      `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
       VALUES (gen_random_uuid(), $1, 'refund_reversal', 10000, 'GBP', 'pm_ok', 'succeeded')`,
      [decodeId('pay', order.payment.id)],
    );
    await tell(order.payment, refund, 'refund_reversed');
    expect(await agreedOf(order)).toBe(12_000);
    expect(await api.paymentOf(order.payment)).toMatchObject({ refundedAmount: 10_000 });
  });

  it('counts as one while another refund of them is in progress', async () => {
    const order = await paidOrder();
    const refused = await refusedRefund(order);
    await money.hold(order.payment);
    const again = await refundBook(order);
    expect(again).toMatchObject({ status: 201, body: { status: 'pending' } });
    await money.letGo();
    await madeAfterAll(order.payment, refused);
    await money.resolve();
    expect(await surplusOf(order)).toEqual([{ id: decodeId('rfd', refused.id) }]);
    expect(await api.paymentOf(order.payment)).toMatchObject({ refundedAmount: 20_000 });
    expect(await agreedOf(order)).toBe(2000);
  });
});
