import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { OrderBody, PaymentBody } from '../../support/bodies.js';
import { moneyIn } from '../../support/money.js';
import {
  admin,
  api,
  conflict,
  finance,
  mug,
  placeAndPay,
  refundsOf,
  scenario,
  shopper,
  statusesOf,
  support,
} from '../../support/scenario.js';

interface ApprovalBody {
  readonly id: string;
  readonly status: string;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
  readonly refundId: string | null;
}

// The mug costs 10.00 EUR.
scenario({
  people: ['shopper', 'finance', 'support', 'admin'],
  mugs: 10_000,
  worker: true,
  env: { REFUND_APPROVAL_ABOVE: '50' },
});

/** A payment of so many euros. */
async function paid(euros: number): Promise<PaymentBody> {
  const { id } = await placeAndPay(euros / 10, mug);
  return (await api.get<{ data: PaymentBody[] }>(`/v1/orders/${id}/payments`, shopper)).body.data[0]!;
}
const request = ({ id }: PaymentBody, amount?: number, { token }: Person = finance) =>
  api.post<ApprovalBody>('/v1/approvals', { token, body: { paymentId: id, ...(amount && { amount }) } });
const decide = (id: string, { token }: Person, decision = 'approve', key?: string) =>
  api.post<ApprovalBody>(`/v1/approvals/${id}/decision`, { token, body: { decision }, ...(key && { key }) });

describe('a refund above the limit', () => {
  it('is made when a second person approves it', async () => {
    const payment = await paid(100);
    expect(await api.refund(finance, payment)).toMatchObject(conflict('approval_required'));
    const asked = await request(payment);
    expect(asked).toMatchObject({ status: 201, body: { status: 'pending', requestedBy: finance.id, refundId: null } });
    const approved = await decide(asked.body.id, admin);
    expect(approved).toMatchObject({ status: 201, body: { status: 'approved', decidedBy: admin.id } });
    const [refund] = await refundsOf(payment);
    expect(refund).toMatchObject({ id: approved.body.refundId, amount: 10_000, status: 'succeeded' });
  });

  it('is not made when the second person rejects it, nor later', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment)).body;
    expect(await decide(id, admin, 'reject')).toMatchObject({ status: 201, body: { status: 'rejected' } });
    expect(await decide(id, admin)).toMatchObject(conflict('already_decided'));
    expect(await refundsOf(payment)).toEqual([]);
  });

  it('is not split into small ones', async () => {
    const payment = await paid(100);
    expect(await api.refund(finance, payment, { amount: 3000 })).toMatchObject({ status: 201 });
    expect(await api.refund(finance, payment, { amount: 2001 })).toMatchObject(conflict('approval_required'));
    expect(await api.refund(finance, payment, { amount: 2000 })).toMatchObject({ status: 201 });
  });

  it('is approved by nobody who asked for it, without the permission, or is a machine', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment)).body;
    expect(await decide(id, finance)).toMatchObject(conflict('own_approval'));
    expect(await decide(id, await api.person('support'))).toMatchObject({ status: 403 });
    const key = await api.request<{ key: string }>('POST /v1/api-keys', {
      token: admin.token,
      body: { name: 'ERP', scopes: ['approvals:decide', 'payments:read'] },
    });
    expect(await decide(id, { id: '', token: key.body.key })).toMatchObject({ body: { code: 'not_for_api_keys' } });
    expect(await refundsOf(payment)).toEqual([]);
  });

  it('is not approved for more than is left', async () => {
    const payment = await paid(100);
    const [one, other] = [await request(payment, 6000), await request(payment, 6000)];
    expect(await decide(one.body.id, admin)).toMatchObject({ status: 201 });
    expect(await decide(other.body.id, admin)).toMatchObject(conflict('amount_too_large'));
    expect(await api.get(`/v1/approvals/${other.body.id}`, admin)).toMatchObject({ body: { status: 'pending' } });
    expect(await request(payment, 6000)).toMatchObject(conflict('amount_too_large'));
  });

  it('is made once for one Idempotency-Key', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment)).body;
    const [first, again] = [await decide(id, admin, 'approve', 'once'), await decide(id, admin, 'approve', 'once')];
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(await refundsOf(payment)).toHaveLength(1);
  });
});

const cancel = ({ id }: { readonly id: string }, { token }: Person, body: object = {}) =>
  api.post<OrderBody>(`/v1/orders/${id}/cancellation`, { token, body });
const requestCancellation = ({ id }: { readonly id: string }, body: object = {}, { token }: Person = support) =>
  api.post<ApprovalBody>(`/v1/orders/${id}/cancellation-requests`, { token, body });
/** So many mugs of an order. */
const pieces = ({ lines }: OrderBody, quantity: number) => ({ lines: [{ lineId: lines[0]!.id, quantity }] });
const PATIENT = { timeout: 15_000 };

describe('a cancellation that gives back more than the limit', () => {
  it('is made when a second person approves it, and its money goes back', async () => {
    const order = await placeAndPay(10, mug);
    for (const person of [support, admin])
      expect(await cancel(order, person)).toMatchObject(conflict('approval_required'));
    expect(await statusesOf(order)).toBe('confirmed paid');
    const asked = await requestCancellation(order, { reason: 'late' });
    expect(asked).toMatchObject({
      status: 201,
      body: { status: 'pending', orderId: order.id, paymentId: null, amount: 10_000, currency: 'EUR', reason: 'late' },
    });
    const approved = await decide(asked.body.id, finance, 'approve', 'once more');
    expect(approved).toMatchObject({
      status: 201,
      body: { status: 'approved', decidedBy: finance.id, refundId: null },
    });
    expect(await decide(asked.body.id, finance, 'approve', 'once more')).toMatchObject({ text: approved.text });
    await expect.poll(() => statusesOf(order), PATIENT).toBe('cancelled refunded');
  });

  it('is made for the customer at once, because the money is theirs', async () => {
    const order = await placeAndPay(10, mug);
    expect(await cancel(order, shopper)).toMatchObject({ status: 201, body: { status: 'cancelled' } });
    await expect.poll(() => statusesOf(order), PATIENT).toBe('cancelled refunded');
  });

  it('is approved by nobody who asked for it, and not after a rejection', async () => {
    const order = await placeAndPay(10, mug);
    const own = await requestCancellation(order, {}, admin);
    expect(await decide(own.body.id, admin)).toMatchObject(conflict('own_approval'));
    expect(await decide(own.body.id, finance, 'reject')).toMatchObject({ status: 201 });
    expect(await decide(own.body.id, finance)).toMatchObject(conflict('already_decided'));
    expect(await statusesOf(order)).toBe('confirmed paid');
  });

  it('is not split into small ones, nor into one and a refund', async () => {
    const order = await placeAndPay(10, mug);
    expect(await cancel(order, support, pieces(order, 3))).toMatchObject({ status: 201 });
    expect(await cancel(order, support, pieces(order, 3))).toMatchObject(conflict('approval_required'));
    const [payment] = (await api.get<{ data: PaymentBody[] }>(`/v1/orders/${order.id}/payments`, finance)).body.data;
    await expect.poll(async () => (await refundsOf(payment!))[0]?.status, PATIENT).toBe('succeeded');
    expect(await api.refund(finance, payment!, { amount: 2001 })).toMatchObject(conflict('approval_required'));
    expect(await api.refund(finance, payment!, { amount: 2000 })).toMatchObject({ status: 201 });
    expect(await cancel(order, support, pieces(order, 3))).toMatchObject(conflict('approval_required'));
    const asked = await requestCancellation(order, pieces(order, 3));
    const lines = [{ lineId: order.lines[0]!.id, quantity: 3 }];
    expect(asked).toMatchObject({ status: 201, body: { lines } });
    expect(await decide(asked.body.id, admin)).toMatchObject({ status: 201 });
    expect((await api.get<OrderBody>(`/v1/orders/${order.id}`, shopper)).body).toMatchObject({ total: 4000 });
  });

  it('is not made from many small ones at once', async () => {
    const order = await placeAndPay(20, mug);
    const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(order, support, pieces(order, 2))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(18);
  });

  it('is not spread over the payments of one order', async () => {
    const { id } = await placeAndPay(3, mug);
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 12 }])).body;
    const payments = [];
    for (const amount of [4000, 8000]) payments.push((await api.pay(shopper, order, { amount })).body);
    expect(await api.refund(finance, payments[0]!, { amount: 4000 })).toMatchObject({ status: 201 });
    expect(await api.refund(finance, payments[1]!, { amount: 1001 })).toMatchObject(conflict('approval_required'));
    expect(await cancel({ id }, support)).toMatchObject({ status: 201 });
  });

  it('needs nobody while no money was taken', async () => {
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 10 }])).body;
    await api.pay(shopper, order, { capture: 'manual' }, admin);
    expect(await requestCancellation(order)).toMatchObject(conflict('nothing_to_approve'));
    expect(await cancel(order, support)).toMatchObject({ status: 201, body: { status: 'cancelled' } });
  });

  it('gives back no more than was approved', async () => {
    const order = (await api.place(shopper, [{ productId: mug.id, quantity: 10 }])).body;
    await api.pay(shopper, order, { amount: 6000 });
    const asked = await requestCancellation(order);
    expect(asked.body).toMatchObject({ amount: 6000 });
    await api.pay(shopper, order, { amount: 4000 });
    expect(await decide(asked.body.id, admin)).toMatchObject(conflict('approval_required'));
    expect(await statusesOf(order)).toBe('confirmed paid');
  });

  it('happens once for fifty approvals at once', async () => {
    const order = await placeAndPay(10, mug);
    const { id } = (await requestCancellation(order, pieces(order, 6))).body;
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => decide(id, n % 2 ? admin : finance)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    // On a busy machine some give up waiting for the rows (503).
    const codes = answers
      .filter(({ status }) => status !== 201)
      .map(({ body }) => (body as unknown as { code: string }).code);
    expect(codes.filter((code) => !['already_decided', 'overloaded'].includes(code))).toEqual([]);
    expect((await api.get<OrderBody>(`/v1/orders/${order.id}`, shopper)).body).toMatchObject({ total: 4000 });
  });
});

describe('a refund that its provider refused', () => {
  it('is not tried again without a second person when what went back meanwhile comes to more than the limit', async () => {
    const payment = await paid(100);
    const money = await moneyIn(api);
    await money.refuseRefunds(payment, 10_000);
    const { body: refused } = await api.refund(finance, payment, { amount: 4000 });
    await money.consent(payment);
    await money.leave();
    expect(refused.status).toBe('failed');
    expect((await api.refund(finance, payment, { amount: 4000 })).body.status).toBe('succeeded');
    const retried = await api.post(`/v1/refunds/${refused.id}/retries`, { token: finance.token });
    expect(retried).toMatchObject(conflict('approval_required'));
  });
});

describe('fifty approvals at once', () => {
  it('count once, and never those of who asked', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment, 6000)).body;
    const deciders = await Promise.all(Array.from({ length: 10 }, () => api.person('finance')));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => decide(id, n % 5 === 0 ? finance : deciders[n % 10]!)),
    );
    const own = answers.filter((_, n) => n % 5 === 0);
    expect(own.map(({ body }) => (body as unknown as { code: string }).code)).toEqual(Array(10).fill('own_approval'));
    const others = answers.filter((_, n) => n % 5 !== 0);
    expect(others.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(others.filter(({ status }) => ![201, 409, 503].includes(status))).toEqual([]);
    expect(await refundsOf(payment)).toMatchObject([{ amount: 6000, status: 'succeeded' }]);
    const entries = await api.get<{ data: unknown[] }>(`/v1/audit-log?targetId=${id}&action=approval.approved`, admin);
    expect(entries.body.data).toHaveLength(1);
  });

  it('of which some reject, come to one decision', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment)).body;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => decide(id, admin, n % 2 ? 'approve' : 'reject')),
    );
    const [made] = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await refundsOf(payment)).toHaveLength(made!.body.status === 'approved' ? 1 : 0);
  });
});

const insert = (paymentId: string | null, orderId: string | null) =>
  api.sql(
    `INSERT INTO approvals (id, payment_id, order_id, amount, requested_by) VALUES (gen_random_uuid(), $1, $2, 1, $3)`,
    [paymentId && decodeId('pay', paymentId), orderId && decodeId('ord', orderId), decodeId('usr', finance.id)],
  );

describe('the database', () => {
  it('knows no decision by who asked, and no second decision', async () => {
    const payment = await paid(100);
    const { id } = (await request(payment)).body;
    const reject = (by: string) =>
      api.sql(`UPDATE approvals SET status = 'rejected', decided_by = $2, decided_at = now() WHERE id = $1`, [
        decodeId('apr', id),
        decodeId('usr', by),
      ]);
    await expect(reject(finance.id)).rejects.toMatchObject({ constraint: 'approvals_two_people' });
    await reject(admin.id);
    await expect(reject(admin.id)).rejects.toThrow('append-only');
    const twice = `UPDATE approvals SET amount = 1 WHERE id = $1`;
    await expect(api.sql(twice, [decodeId('apr', id)])).rejects.toThrow('append-only');
    await expect(api.sql('DELETE FROM approvals')).rejects.toThrow('append-only');
  });

  it('knows no approval of nothing, or of a refund and a cancellation', async () => {
    const payment = await paid(10);
    for (const [one, other] of [[null, null] as const, [payment.id, payment.orderId] as const])
      await expect(insert(one, other)).rejects.toMatchObject({ constraint: 'approvals_one_thing' });
  });
});
