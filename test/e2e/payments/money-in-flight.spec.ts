import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody, ProductBody, RefundBody } from '../../support/bodies.js';
import { type Money, moneyIn } from '../../support/money.js';
import { sandboxOffice, type NotificationContent } from '../../support/sandbox.js';
import { admin as staff, api, scenario } from '../../support/scenario.js';

let money: Money;
let office: ReturnType<typeof sandboxOffice>;
let lamp: ProductBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: ['admin'] });
beforeAll(async () => {
  money = await moneyIn(api);
  office = sandboxOffice(api);
  lamp = await api.product(1000, { price: { amount: 10_000, currency: 'EUR' } });
});
afterAll(() => money?.leave());

type Challenged = PaymentBody & { readonly nextAction: { readonly url: string } };

const place = async (): Promise<OrderBody> => (await api.place(staff, [{ productId: lamp.id, quantity: 1 }])).body;
const pay = async (order: OrderBody, given: object = {}): Promise<Challenged> => {
  const { status, body } = await api.pay(staff, order, given);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body as Challenged;
};
/** A payment of the whole order whose shopper has still to go to their bank's page. */
const begun = (order: OrderBody, given: object = {}) => pay(order, { paymentMethod: 'pm_requires_action', ...given });
const approve = async ({ nextAction: { url } }: Challenged) => {
  const page = api.url + new URL(url).pathname;
  const answer = await fetch(page, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) });
  expect(await answer.text()).toContain('approved');
  await money.resolve();
};
/** A refund whose outcome is unknown. */
const refundHeld = async (payment: PaymentBody, given: object = {}): Promise<RefundBody> => {
  await money.hold(payment);
  const { status, body } = await api.refund(staff, payment, given);
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'pending' } });
  return body;
};
const refundsOf = async ({ id }: PaymentBody) =>
  (await api.get<PageBody<RefundBody>>(`/v1/payments/${id}/refunds`, staff)).body.data;
const tell = async (payment: PaymentBody, told: NotificationContent) => {
  const webhook = await office.webhook(payment, { own: true, ...told });
  await office.send(webhook);
  await money.readWebhooks();
  expect(await office.fates(webhook)).toEqual(['applied']);
};
/** `captured`, `refunded`: in order, provider's books and ledger. */
const settled = (captured: number, refunded: number) => ({
  captured,
  charged: captured,
  refunded,
  given: refunded,
  cleared: captured - refunded,
  pending: 0,
});

describe('An order whose refund is under way', () => {
  it('is not shipped (1a)', async () => {
    const order = await place();
    const payment = await pay(order);
    await refundHeld(payment);
    expect(await money.fulfil(order)).toMatchObject({ status: 409, body: { code: 'refund_in_progress' } });
    await money.letGo();
    await money.resolve();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(10_000, 10_000) });
    expect(await money.fulfil(order)).toMatchObject({ status: 409, body: { code: 'order_not_paid' } });
  });

  it('is shipped once the refund was refused, and before it began', async () => {
    const [order, other] = [await place(), await place()];
    const payment = await pay(order);
    await refundHeld(payment);
    await money.refuseRefunds(payment, 10_000);
    await money.letGo();
    await money.resolve();
    expect(await money.fulfil(order)).toMatchObject({ status: 201 });
    expect(await money.figures(order)).toMatchObject({ status: 'completed', ...settled(10_000, 0) });
    const early = await pay(other);
    expect(await money.fulfil(other)).toMatchObject({ status: 201 });
    expect(await api.refund(staff, early)).toMatchObject({ status: 201, body: { status: 'succeeded' } });
  });

  it('is not covered by what may soon be gone (1b)', async () => {
    const order = await place();
    const first = await pay(order, { amount: 6000 });
    await refundHeld(first);
    await pay(order, { amount: 4000 });
    expect(await money.figures(order)).toMatchObject({ status: 'pending', captured: 10_000, pending: 6000 });
    await money.letGo();
    await money.resolve();
    expect(await money.figures(order)).toMatchObject({ status: 'pending', ...settled(10_000, 6000) });
    expect(await pay(order)).toMatchObject({ amount: 6000, status: 'captured' });
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(16_000, 6000) });
  });

  it('is covered as soon as the refund is refused', async () => {
    const order = await place();
    const first = await pay(order, { amount: 6000 });
    await refundHeld(first);
    await pay(order, { amount: 4000 });
    await money.refuseRefunds(first, 6000);
    await money.letGo();
    await money.resolve();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(10_000, 0) });
  });

  it('needs all of a payment that replaces what goes back (1c)', async () => {
    const order = await place();
    const whole = await begun(order);
    const part = await pay(order, { amount: 6000 });
    await refundHeld(part);
    await approve(whole);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', captured: 16_000, pending: 6000 });
    await money.letGo();
    await money.resolve(40);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(16_000, 6000) });
    expect(await money.fulfil(order)).toMatchObject({ status: 201 });
  });

  it('owes what was too much once the refund is refused, and gives it back', async () => {
    const order = await place();
    const whole = await begun(order);
    const part = await pay(order, { amount: 6000 });
    await refundHeld(part);
    await approve(whole);
    await money.refuseRefunds(part, 6000);
    await money.letGo();
    await money.resolve(40);
    await money.consent(part);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(16_000, 0) });
    await money.giveBack(6);
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(16_000, 6000) });
    expect(await refundsOf(part)).toMatchObject([{ amount: 6000, status: 'succeeded' }]);
  });
});

/** A paid order, and a second payment of all of it that was authorised late. */
async function paidTwice(given: object = {}) {
  const order = await place();
  const late = await begun(order, given);
  await pay(order);
  await approve(late);
  return { order, late };
}

/** The provider is silent about a capture when its order is cancelled, and when the worker looks at what is owed. */
async function cancelDuringCapture(order: OrderBody, payment: PaymentBody): Promise<void> {
  await money.hold(payment);
  await money.capture(payment);
  await money.cancel(order);
  await money.giveBack();
}

describe('What is owed is given back', () => {
  it('though its capture was under way when it was noticed (2a)', async () => {
    const { order, late } = await paidTwice({ capture: 'manual' });
    await money.hold(late);
    expect((await money.capture(late)).status).toBe(201);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ captured: 10_000, pending: 10_000 });
    await money.letGo();
    await money.resolve();
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(20_000, 10_000) });
    expect(await api.paymentOf(late)).toMatchObject({ capturedAmount: 10_000, refundedAmount: 10_000 });
  });

  it('by a void, when it is noticed before a capture', async () => {
    const { order, late } = await paidTwice({ capture: 'manual' });
    await money.giveBack();
    expect(await money.capture(late)).toMatchObject({ status: 409 });
    expect(await money.figures(order)).toMatchObject({ authorized: 10_000, ...settled(10_000, 0) });
    expect((await api.paymentOf(late)).status).toBe('cancelled');
  });

  it('though it was disputed before it was noticed, and won (2b)', async () => {
    const { order, late } = await paidTwice();
    const dispute = `dp_${late.id}`;
    await money.refuseRefunds(late, 10_000);
    await tell(late, { type: 'dispute_opened', amount: 10_000, dispute, eventId: `${dispute}_o` });
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ captured: 20_000, refunded: 0, pending: 10_000 });
    await money.consent(late);
    await tell(late, { type: 'dispute_won', amount: 10_000, dispute, eventId: `${dispute}_w` });
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'confirmed', ...settled(20_000, 10_000) });
  });

  it('by nobody but the bank, when the dispute is lost', async () => {
    const { order, late } = await paidTwice();
    const dispute = `dp_${late.id}`;
    await money.refuseRefunds(late, 10_000);
    await tell(late, { type: 'dispute_opened', amount: 10_000, dispute, eventId: `${dispute}_o` });
    await tell(late, { type: 'dispute_lost', amount: 10_000, dispute, eventId: `${dispute}_l` });
    await money.giveBack();
    const { captured, refunded, pending, cleared } = (await money.figures(order))!;
    expect({ captured, refunded, pending, cleared }).toEqual({
      captured: 20_000,
      refunded: 0,
      pending: 0,
      cleared: 10_000,
    });
    expect(await refundsOf(late)).toEqual([]);
  });

  it('though a refund of it was refused after its order had been cancelled (2c)', async () => {
    const order = await place();
    const payment = await pay(order);
    await refundHeld(payment);
    await money.cancel(order);
    await money.giveBack();
    await money.refuseRefunds(payment, 10_000);
    await money.letGo();
    await money.resolve();
    await money.consent(payment);
    expect(await money.figures(order)).toMatchObject({ status: 'cancelled', ...settled(10_000, 0) });
    await money.giveBack(6);
    expect(await money.figures(order)).toMatchObject({ status: 'cancelled', ...settled(10_000, 10_000) });
    expect(await refundsOf(payment)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('though a capture was refused after its order had been cancelled: nothing stays on the card (2d)', async () => {
    const order = await place();
    const payment = await pay(order, { capture: 'manual' });
    await cancelDuringCapture(order, payment);
    await money.refuseCaptures(payment, 10_000);
    await money.letGo();
    await money.resolve();
    await money.consent(payment);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'cancelled', authorized: 0, ...settled(0, 0) });
    expect((await api.paymentOf(payment)).status).toBe('cancelled');
  });

  it('when a capture succeeded after its order had been cancelled', async () => {
    const order = await place();
    const payment = await pay(order, { capture: 'manual' });
    await cancelDuringCapture(order, payment);
    await money.letGo();
    await money.resolve();
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'cancelled', ...settled(10_000, 10_000) });
  });

  it('by every payment of an order, however many came after it', async () => {
    const order = await place();
    const payment = await pay(order, { amount: 500 });
    for (let n = 0; n < 101; n++) await pay(order, { paymentMethod: 'pm_declined', amount: 1 });
    await money.cancel(order);
    await money.giveBack();
    expect(await money.figures(order)).toMatchObject({ status: 'cancelled', ...settled(500, 500) });
    expect((await api.paymentOf(payment)).status).toBe('refunded');
  });
});

it('The database refuses an order that owes what no obligation says', async () => {
  const order = await place();
  await pay(order);
  const lower = api.sql(`UPDATE orders SET total = 4000 WHERE id = $1`, [decodeId('ord', order.id)]);
  await expect(lower).rejects.toMatchObject({ constraint: 'order_owes_on_record' });
});
