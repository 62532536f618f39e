import * as fc from 'fast-check';
import { beforeAll, expect, it, vi } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';
import { commitSeed as seed } from '../../support/seed.js';
import { importTaxRates } from '../../support/tax.js';

scenario({ people: ['shopper', 'admin'], worker: true });

/** REFUNDED_ORDERS=500 plays as many; each has some ten refunds and a cancellation. */
const RUNS = Number(process.env['REFUNDED_ORDERS'] ?? 30);
const PATIENCE = { timeout: 20_000, interval: 20 };

let products: ProductBody[];

beforeAll(async () => {
  await importTaxRates(api.app);
  const made = [{ taxClass: 'standard' }, { taxClass: 'standard' }, {}].map((more, index) =>
    api.product(1_000_000, { price: { amount: [333, 1, 1999][index]!, currency: 'GBP' }, ...more }),
  );
  products = await Promise.all(made);
});

const anyOrder = fc.record({
  lines: fc.array(fc.record({ product: fc.nat(2), quantity: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  charges: fc.array(fc.constantFrom(0, 7, 499), { maxLength: 2 }),
  percentage: fc.constantFrom(undefined, '10', '33.3333'),
  country: fc.constantFrom('GB', 'CH'),
  picks: fc.array(fc.nat(1000), { minLength: 5, maxLength: 30 }),
  cancelsAt: fc.nat(5),
});
type Wanted = typeof anyOrder extends fc.Arbitrary<infer T> ? T : never;

/** One line or charge, with the pieces that are neither refunded nor cancelled. */
interface Part {
  readonly id: string;
  readonly isCharge: boolean;
  left: number;
}

async function bought({ lines, charges, percentage, country }: Wanted): Promise<PlacedOrderBody> {
  const body = {
    customerId: shopper.id,
    lines: lines.map(({ product, quantity }) => ({ productId: products[product]!.id, quantity })),
    ...(charges.length > 0 && { charges: charges.map((amount) => ({ kind: 'fee', name: 'Fee', amount })) }),
    ...(percentage && { discounts: [{ name: 'Sorry', percentage, reason: 'late' }] }),
    shippingAddress: { country },
  };
  const placed = await api.post<PlacedOrderBody>('/v1/orders', { token: admin.token, body });
  expect(placed.status).toBe(201);
  return placed.body;
}

/** Refunds so many pieces, or all that are left where these cost nothing by themselves. Returns how many are left. */
async function refund(payment: { id: string }, part: Part, quantity: number): Promise<number> {
  const { id, isCharge, left: open } = part;
  const body = isCharge ? { charges: [{ chargeId: id }] } : { lines: [{ lineId: id, quantity }] };
  const { status, body: answer } = await api.refund(admin, payment as never, body);
  if (status === 201) return open - quantity;
  // Once all money is back, pieces that cost nothing beside the others are sold anew, and the payment has nothing for them.
  const { refundedAmount, capturedAmount } = await api.paymentOf(payment as never);
  expect(answer).toMatchObject({
    code:
      refundedAmount === capturedAmount
        ? expect.stringMatching(/^(nothing_to_refund|invalid_transition)$/)
        : 'nothing_to_refund',
  });
  return quantity === open ? 0 : refund(payment, part, open);
}

const left = ({ id }: { id: string }) =>
  api.sql(
    `SELECT a.code, sum(e.amount)::int AS amount FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id
     WHERE t.order_id = $1 AND a.code !~ '^(sales|refunds)' GROUP BY 1 HAVING sum(e.amount) <> 0`,
    [decodeId('ord', id)],
  );
const moneyOf = async ({ id }: { id: string }) =>
  (
    await api.sql(
      'SELECT captured_amount::int AS captured, refunded_amount::int AS refunded, refund_pending::int AS pending FROM orders WHERE id = $1',
      [decodeId('ord', id)],
    )
  )[0];

async function play(wanted: Wanted): Promise<void> {
  const order = await bought(wanted);
  if (order.total === 0) return;
  const { body: payment } = await api.pay(admin, order);
  const parts: Part[] = [
    ...order.lines.map(({ id, quantity }) => ({ id, isCharge: false, left: quantity })),
    ...(order.charges ?? []).map(({ id }) => ({ id, isCharge: true, left: 1 })),
  ];
  for (let turn = 0; parts.some((part) => part.left > 0); turn++) {
    const rest = parts.filter((part) => part.left > 0);
    const pick = wanted.picks[turn % wanted.picks.length]! + turn;
    const part = rest[pick % rest.length]!;
    const isCancelled = turn === wanted.cancelsAt && !part.isCharge;
    const quantity = isCancelled ? 1 : 1 + (pick % part.left);
    if (isCancelled && (await cancelled(order, part))) part.left -= 1;
    else part.left = await refund(payment, part, quantity);
  }
  await vi.waitFor(
    async () => expect(await moneyOf(order)).toMatchObject({ pending: 0, refunded: order.total }),
    PATIENCE,
  );
  await vi.waitFor(async () => expect(await left(order)).toEqual([]), PATIENCE);
}

/** Cancels a piece that was not refunded: of a line without refunds, of an order that goes on. */
async function cancelled(order: PlacedOrderBody, { id, left: open }: Part): Promise<boolean> {
  const line = order.lines.find((one) => one.id === id)!;
  if (open !== line.quantity || order.lines.reduce((sum, { quantity }) => sum + quantity, 0) === 1) return false;
  const body = { lines: [{ lineId: id, quantity: 1 }] };
  const { status } = await api.post(`/v1/orders/${order.id}/cancellation`, { token: admin.token, body });
  expect(status).toBe(201);
  return true;
}

it(
  `Random orders that are refunded and cancelled in random pieces give back exactly what was paid (seed ${seed})`,
  { timeout: 60_000 + RUNS * 5000 },
  async () => {
    for (const wanted of fc.sample(anyOrder, { numRuns: RUNS, seed }))
      await expect(play(wanted)).resolves.toBeUndefined();
  },
);
