import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { LineBody, OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { api, scenario } from '../../support/scenario.js';
import { importTaxRates } from '../../support/tax.js';

let money: Money;
let staff: Person;
let shopper: Person;
let mug: ProductBody;
let plate: ProductBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: [] });
beforeAll(async () => {
  money = await moneyIn(api);
  [staff, shopper] = [await api.admin(), await api.person()];
});
beforeEach(async () => {
  [mug, plate] = [await api.product(5), await api.product(5)];
});
afterAll(() => money?.leave());

const place = async (...lines: [ProductBody, number][]): Promise<OrderBody> =>
  (
    await api.place(
      shopper,
      lines.map(([{ id }, quantity]) => ({ productId: id, quantity })),
    )
  ).body;
const pay = async (order: OrderBody, given: object = {}): Promise<PaymentBody> => {
  const { status, body } = await api.pay(shopper, order, given);
  expect(status).toBe(201);
  return body;
};
const part = (line: LineBody | undefined, quantity: number) => ({ lines: [{ lineId: line?.id, quantity }] });
const post = (order: OrderBody, what: string, { token }: Person, body: object = {}) =>
  api.post<OrderBody & { code?: string }>(`/v1/orders/${order.id}/${what}`, { token, body });
const obligationsOf = ({ id }: OrderBody) =>
  api.sql('SELECT reason, amount::int AS amount, state FROM obligations WHERE order_id = $1 ORDER BY id', [
    decodeId('ord', id),
  ]);
const madeOf = ({ id }: PaymentBody) =>
  api.sql(
    `SELECT kind, amount::int AS amount FROM sandbox.operations WHERE payment_id = $1 AND outcome = 'succeeded' ORDER BY created_at`,
    [decodeId('pay', id)],
  );
const agreedOf = async ({ id }: OrderBody) =>
  (await api.sql('SELECT agreed_amount::int AS agreed FROM orders WHERE id = $1', [decodeId('ord', id)]))[0]!['agreed'];
const owedBy = async ({ id }: OrderBody) =>
  (await api.sql('SELECT order_owed(o)::int AS owed FROM orders o WHERE id = $1', [decodeId('ord', id)]))[0]!['owed'];
/** The provider reports that the money of the payment's refund of this amount came back. */
async function failLater(payment: PaymentBody, amount: number): Promise<void> {
  const refunds = `SELECT id FROM payment_attempts WHERE payment_id = $1 AND kind = 'refund' AND amount = $2`;
  const [refund] = await api.sql(refunds, [decodeId('pay', payment.id), amount]);
  const attempt = String(refund!['id']);
  await api.sql(
    `INSERT INTO sandbox.operations (attempt_id, payment_id, kind, amount, currency, payment_method, outcome)
     VALUES (gen_random_uuid(), $1, 'refund_reversal', $2, 'EUR', 'pm_ok', 'succeeded')`,
    [decodeId('pay', payment.id), amount],
  );
  const office = sandboxOffice(api);
  const webhook = await office.webhook(payment, { type: 'refund_failed', amount, attempt, eventId: `back_${attempt}` });
  expect((await office.send(webhook)).status).toBe(200);
  await money.readWebhooks();
  expect(await office.fates(webhook)).toEqual(['applied']);
}

/** An order whose money went back by refunds by name, and that was paid anew. */
const paidAnew = async () => {
  const order = await place([mug, 1], [plate, 1]);
  const lines = order.lines.map(({ id: lineId }) => ({ lineId, quantity: 1 }));
  const first = await pay(order);
  expect((await api.refund(staff, first, { lines })).body).toMatchObject({ amount: 2000, status: 'succeeded' });
  return { order, lines, first, second: await pay(order) };
};

describe('The money of pieces that are cancelled', () => {
  it('goes back once, when staff cancel the rest of what was shipped in part; the order is completed', async () => {
    const order = await place([mug, 2]);
    const payment = await pay(order);
    expect((await post(order, 'fulfillments', staff, part(order.lines[0], 1))).status).toBe(201);
    expect(await post(order, 'cancellation', staff)).toMatchObject({
      status: 201,
      body: { status: 'completed', total: 1000 },
    });
    expect(await obligationsOf(order)).toEqual([{ reason: 'order_reduced', amount: 1000, state: 'open' }]);
    await money.giveBack();
    await money.giveBack(86_400);
    expect(await money.figures(order)).toEqual({
      status: 'completed',
      captured: 2000,
      refunded: 1000,
      authorized: 2000,
      pending: 0,
      charged: 2000,
      given: 1000,
      cleared: 1000,
    });
    expect(await api.orderOf(order)).toMatchObject({
      status: 'completed',
      fulfillmentStatus: 'fulfilled',
      total: 1000,
    });
    expect(await api.paymentOf(payment)).toMatchObject({
      status: 'partially_refunded',
      capturedAmount: 2000,
      refundedAmount: 1000,
    });
    expect(await obligationsOf(order)).toEqual([{ reason: 'order_reduced', amount: 1000, state: 'settled' }]);
    expect(await api.stockOf(mug)).toEqual({ onHand: 4, reserved: 0, available: 4 });
  });

  it('goes back for a line of an order of which nothing was shipped, and the rest is shipped', async () => {
    const order = await place([mug, 1], [plate, 2]);
    await pay(order);
    expect(await post(order, 'cancellation', shopper, part(order.lines[1], 2))).toMatchObject({
      status: 201,
      body: { status: 'confirmed', total: 1000 },
    });
    await money.giveBack();
    await money.giveBack(86_400);
    expect(await money.figures(order)).toMatchObject({ captured: 3000, refunded: 2000, given: 2000, cleared: 1000 });
    expect((await money.fulfil(order)).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', paymentStatus: 'paid', total: 1000 });
    expect(await api.stockOf(plate)).toEqual({ onHand: 5, reserved: 0, available: 5 });
  });

  describe('of an order that lost all its money by refunds by name and was paid anew,', () => {
    it('goes back less a rebate since then, and no more', async () => {
      const { order, second } = await paidAnew();
      await api.refund(staff, second, { amount: 300 });
      expect((await post(order, 'cancellation', staff, part(order.lines[1], 1))).status).toBe(201);
      await money.giveBack();
      await money.giveBack(86_400);
      expect(await money.figures(order)).toMatchObject({ captured: 4000, refunded: 3000, given: 3000, cleared: 1000 });
    });

    it('can be refunded by name again, each piece once, and stays so when the old refund fails later', async () => {
      const { order, lines, first, second } = await paidAnew();
      await api.refund(staff, second, { amount: 300 });
      const [mugs] = lines;
      expect((await api.refund(staff, second, { lines: [mugs] })).body).toMatchObject({ amount: 1000 });
      const again = await api.refund(staff, second, { lines: [mugs] });
      expect(again).toMatchObject({ status: 409, body: { code: 'nothing_to_refund' } });
      await failLater(first, 2000);
      expect(await agreedOf(order)).toBe(700);
    });
  });

  it('is owed as a whole when it comes back after a rebate', async () => {
    const order = await place([mug, 2], [plate, 1]);
    const payment = await pay(order);
    expect((await post(order, 'cancellation', staff, part(order.lines[1], 1))).status).toBe(201);
    await money.giveBack();
    await api.refund(staff, payment, { amount: 300 });
    await failLater(payment, 1000);
    expect(await agreedOf(order)).toBe(1700);
    expect(await owedBy(order)).toBe(1000);
  });

  it('that is only authorised is not taken: what is captured is the rest', async () => {
    const order = await place([mug, 1], [plate, 2]);
    const payment = await pay(order, { capture: 'manual' });
    expect((await post(order, 'cancellation', shopper, part(order.lines[1], 2))).status).toBe(201);
    await money.giveBack();
    expect((await money.capture(payment)).status).toBe(201);
    await money.giveBack();
    await money.giveBack(86_400);
    const charged = (await madeOf(payment)).filter(({ kind }) => kind === 'capture');
    expect(charged).toEqual([{ kind: 'capture', amount: 1000 }]);
    expect(await money.figures(order)).toMatchObject({
      status: 'confirmed',
      captured: 1000,
      refunded: 0,
      pending: 0,
      charged: 1000,
      given: 0,
      cleared: 1000,
    });
    expect((await money.fulfil(order)).status).toBe(201);
    expect(await api.orderOf(order)).toMatchObject({ status: 'completed', total: 1000 });
  });

  it('that is only authorised is given up when all is cancelled', async () => {
    const order = await place([mug, 2]);
    const payment = await pay(order, { capture: 'manual' });
    expect((await post(order, 'cancellation', shopper, part(order.lines[0], 2))).body).toMatchObject({
      status: 'cancelled',
    });
    await money.giveBack();
    expect(await madeOf(payment)).toEqual([
      { kind: 'authorize', amount: 2000 },
      { kind: 'void', amount: 2000 },
    ]);
    expect(await money.figures(order)).toMatchObject({
      authorized: 0,
      captured: 0,
      pending: 0,
      charged: 0,
      cleared: 0,
    });
  });
});

const taxed = (amount: number, taxClass?: string) =>
  api.product(5, { price: { amount, currency: 'EUR' }, ...(taxClass && { taxClass }) });
const placed = async (...products: readonly ProductBody[]): Promise<OrderBody> => {
  const lines = products.map(({ id }) => ({ productId: id, quantity: 1 }));
  return (await api.place(shopper, lines, { given: { shippingAddress: { country: 'GB' } } })).body;
};
const bookedOf = ({ id }: OrderBody) =>
  api.sql(
    `SELECT rate::float8 AS rate, booked_gross::int AS gross, booked_tax::int AS tax FROM tax_groups WHERE order_id = $1 ORDER BY rate`,
    [decodeId('ord', id)],
  );

describe('The taxes of an order that was paid in part and cut down', () => {
  beforeAll(() => importTaxRates(api.app));

  it('are exact after two cancellations before the first refund, and one refund for each', async () => {
    const order = await placed(
      await taxed(5500, 'standard'),
      await taxed(500, 'standard'),
      await taxed(4000, 'reduced'),
    );
    const payment = await pay(order, { amount: 5000 });
    await money.hold(payment);
    for (const line of order.lines.slice(0, 2)) {
      expect((await post(order, 'cancellation', staff, part(line, 1))).status).toBe(201);
      await money.giveBack();
    }
    await money.letGo();
    await money.resolve();
    expect((await madeOf(payment)).filter(({ kind }) => kind === 'refund')).toMatchObject([
      { amount: 500 },
      { amount: 500 },
    ]);
    expect(await bookedOf(order)).toEqual([
      { rate: 5, gross: 4000, tax: 190 },
      { rate: 20, gross: 0, tax: 0 },
    ]);
  });

  it('are those of the cancelled pieces also where others have no tax', async () => {
    const order = await placed(await taxed(6000, 'standard'), await taxed(4000));
    await pay(order);
    expect((await post(order, 'cancellation', staff, part(order.lines[0], 1))).status).toBe(201);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ captured: 10_000, refunded: 6000, cleared: 4000 });
    expect(await bookedOf(order)).toEqual([{ rate: 20, gross: 0, tax: 0 }]);
  });

  it('are those of what is left once the rest of it is paid, also where others have no tax', async () => {
    const products = [await taxed(5000, 'standard'), await taxed(1000, 'standard'), await taxed(4000, 'reduced')];
    const order = await placed(...products, await taxed(1000));
    await pay(order, { amount: 5500 });
    expect((await post(order, 'cancellation', staff, part(order.lines[0], 1))).status).toBe(201);
    expect(await pay(order)).toMatchObject({ amount: 500, status: 'captured' });
    expect(await bookedOf(order)).toEqual([
      { rate: 5, gross: 4000, tax: 190 },
      { rate: 20, gross: 1000, tax: 167 },
    ]);
  });
});
