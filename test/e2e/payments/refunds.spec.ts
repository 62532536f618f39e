import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { api, conflict, finance, place, scenario, shopper, statusesOf as axes } from '../../support/scenario.js';

scenario({ asRole: 'running', people: ['shopper', 'finance'], mugs: 1000 });

const ledgerOf = ({ id }: OrderBody) =>
  api.sql(
    `SELECT t.kind, json_agg(json_build_object('account', a.code, 'amount', e.amount) ORDER BY e.position) AS entries
     FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id
     WHERE t.order_id = $1 GROUP BY t.id ORDER BY t.id`,
    [decodeId('ord', id)],
  );

const paid = async (quantity: number, amounts: object[] = [{}]) => {
  const order = await place(quantity);
  const payments: PaymentBody[] = [];
  for (const amount of amounts) payments.push((await api.pay(shopper, order, amount)).body);
  return { order, payments, payment: payments[0] as PaymentBody };
};

describe('POST /v1/payments/:id/refunds', () => {
  it('gives all back when no amount is given', async () => {
    const { order, payment } = await paid(2);
    const { status, body } = await api.refund(finance, payment, { reason: 'broken' });
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^rfd_[0-9a-z]{26}$/) as string,
        paymentId: payment.id,
        amount: 2000,
        currency: 'EUR',
        reason: 'broken',
        status: 'succeeded',
        createdAt: time,
        updatedAt: time,
      },
    });
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'refunded', refundedAmount: 2000 });
    expect(await axes(order)).toBe('confirmed refunded');
    expect((await api.get(`/v1/refunds/${body.id}`, shopper)).body).toEqual(body);
  });

  it('is to be paid anew when the order was not covered yet', async () => {
    const { order, payment } = await paid(1, [{ amount: 400 }]);
    await api.refund(finance, payment);
    expect(await axes(order)).toBe('pending refunded');
    expect((await api.pay(shopper, order)).body).toMatchObject({ amount: 1000, status: 'captured' });
    expect(await axes(order)).toBe('confirmed paid');
    expect(await api.pay(shopper, order)).toMatchObject(conflict('order_not_payable'));
  });

  it('gives back in parts, never more than is left', async () => {
    const { order, payment } = await paid(2);
    expect(await api.refund(finance, payment, { amount: 2001 })).toMatchObject(conflict('amount_too_large'));
    const first = await api.refund(finance, payment, { amount: 1 });
    expect(first).toMatchObject({ status: 201, body: { amount: 1, status: 'succeeded', reason: null } });
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'partially_refunded', refundedAmount: 1 });
    expect(await axes(order)).toBe('confirmed partially_refunded');
    expect(await api.refund(finance, payment, { amount: 2000 })).toMatchObject(conflict('amount_too_large'));
    const second = await api.refund(finance, payment);
    expect(second.body).toMatchObject({ amount: 1999 });
    expect(await axes(order)).toBe('confirmed refunded');
    expect(await api.refund(finance, payment)).toMatchObject(conflict('invalid_transition'));
    expect(await api.refund(finance, payment, { amount: 1 })).toMatchObject(conflict('invalid_transition'));
    const listed = await api.get<PageBody<object>>(`/v1/payments/${payment.id}/refunds`, shopper);
    expect(listed.body).toEqual({ data: [second.body, first.body], nextCursor: null });
  });

  it('counts each payment of an order by itself', async () => {
    const { order, payments } = await paid(2, [{ amount: 1500 }, { amount: 500 }]);
    const [large, small] = payments as [PaymentBody, PaymentBody];
    expect(await api.refund(finance, small, { amount: 501 })).toMatchObject(conflict('amount_too_large'));
    await api.refund(finance, small);
    expect(await axes(order)).toBe('confirmed partially_refunded');
    await api.refund(finance, large);
    expect(await axes(order)).toBe('confirmed refunded');
  });

  it('gives nothing back of a declined payment', async () => {
    const { payment } = await paid(1, [{ paymentMethod: 'pm_declined' }]);
    expect(await api.refund(finance, payment)).toMatchObject(conflict('invalid_transition'));
  });

  it('needs payments:refund', async () => {
    const { payment } = await paid(1);
    for (const person of [shopper, await api.person('support'), await api.person('catalog_manager')]) {
      expect(await api.refund(person, payment)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect((await api.refund(await api.admin(), payment)).status).toBe(201);
  });

  it('tells of it, and posts each movement of money once', async () => {
    const { order, payment } = await paid(1);
    await api.refund(finance, payment, { amount: 300 });
    const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline`, shopper);
    expect(timeline.body.data.map(({ type }) => type)).toEqual([
      'refund.succeeded',
      'order.confirmed',
      'payment.captured',
      'order.placed',
    ]);
    expect(await ledgerOf(order)).toEqual([
      {
        kind: 'capture',
        entries: [
          { account: 'provider_clearing:sandbox', amount: 1000 },
          { account: 'sales', amount: -1000 },
        ],
      },
      {
        kind: 'refund',
        entries: [
          { account: 'refunds', amount: 300 },
          { account: 'provider_clearing:sandbox', amount: -300 },
        ],
      },
    ]);
  });
});
