import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { admin, api, finance, mug, scenario, shopper, stranger } from '../../support/scenario.js';

let captured: PaymentBody;
let declined: PaymentBody & { readonly createdAt: string };
let held: PaymentBody & { readonly createdAt: string };
let refundId: string;
scenario({ people: ['shopper', 'stranger', 'finance', 'admin'], mugs: 1000, unchecked: true });
beforeAll(async () => {
  const orders: OrderBody[] = [];
  for (const person of [shopper, shopper, stranger])
    orders.push((await api.place(person, [{ productId: mug.id, quantity: 2 }])).body);
  captured = (await api.pay(shopper, orders[0]!, { paymentMethod: 'pm_webhook_duplicate' })).body;
  declined = (await api.pay(shopper, orders[1]!, { paymentMethod: 'pm_declined' })).body as typeof declined;
  held = (await api.pay(stranger, orders[2]!, { capture: 'manual' })).body as typeof held;
  refundId = (await api.refund(finance, captured, { amount: 300 })).body.id;
});

const find = async (path: string, token = finance.token) => {
  const answer = await api.request<PageBody<{ id: string }>>(`GET ${path}`, { token });
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ id }) => id);
};
const reference = async () =>
  (await api.sql('SELECT reference FROM payments WHERE reference IS NOT NULL'))[0]!['reference'];

describe('Payments are found', () => {
  it.each<[string, () => string | Promise<string>, () => string[]]>([
    ['by status', () => 'status=declined', () => [declined.id]],
    ['authorized', () => 'status=authorized', () => [held.id]],
    ['refunded in part', () => 'status=partially_refunded', () => [captured.id]],
    ['in progress', () => 'status=processing', () => []],
    ['by provider', () => 'provider=sandbox', () => [held.id, declined.id, captured.id]],
    ['of a provider that has none', () => 'provider=stripe', () => []],
    ["by the provider's reference", async () => `reference=${String(await reference())}`, () => [captured.id]],
    [
      'by amount',
      () => 'minAmount=1500&maxAmount=2000&createdFrom=2026-01-01T00:00:00Z',
      () => [held.id, declined.id, captured.id],
    ],
    ['by time', () => `createdFrom=${held.createdAt}`, () => [held.id]],
    ['before a time', () => `createdTo=${declined.createdAt}`, () => [captured.id]],
  ])('%s', async (_, query, ids) => {
    expect(await find(`/v1/payments?${await query()}`)).toEqual(ids());
  });

  it('only among their own by customers', async () => {
    expect(await find('/v1/payments?status=authorized', shopper.token)).toEqual([]);
    expect(await find('/v1/payments?status=declined', shopper.token)).toEqual([declined.id]);
  });

  it('not by an amount alone, which would read all payments', async () => {
    const answer = await api.get('/v1/payments?maxAmount=1', finance);
    expect(problemIn(answer)).toMatchObject({ status: 400, errors: [{ pointer: '/maxAmount', code: 'too_wide' }] });
  });
});

describe('Refunds, disputes and people are found', () => {
  it('by status and time', async () => {
    const now = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    expect(await find('/v1/refunds?status=succeeded')).toEqual([refundId]);
    expect(await find(`/v1/refunds?createdFrom=2026-01-01T00:00:00Z&createdTo=${now}`)).toEqual([refundId]);
    expect(await find(`/v1/refunds?createdFrom=${now}`)).toEqual([]);
    expect(await find('/v1/disputes?status=open')).toEqual([]);
  });

  it('by the words of a name, or how they begin', async () => {
    const account = { email: 'lovelace@till.test', name: 'Augusta Ada King-Noel' };
    const { id } = (await api.post<{ id: string }>('/v1/users', { token: admin.token, body: account })).body;
    for (const name of ['augusta', 'KING', 'ada aug', 'noel', "ada' & !'"])
      expect(await find(`/v1/users?name=${encodeURIComponent(name)}`, admin.token)).toContain(id);
    for (const name of ['gusta', 'augusta lovelace', '!&|'])
      expect(await find(`/v1/users?name=${encodeURIComponent(name)}`, admin.token)).toEqual([]);
  });
});
