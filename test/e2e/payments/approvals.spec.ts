import { describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { PaymentBody } from '../../support/bodies.js';
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
} from '../../support/scenario.js';

interface ApprovalBody {
  readonly id: string;
  readonly status: string;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
  readonly refundId: string | null;
}

// The mug costs 10.00 EUR.
scenario({ people: ['shopper', 'finance', 'admin'], mugs: 10_000, env: { REFUND_APPROVAL_ABOVE: '50' } });

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
    expect(others.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
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
});
