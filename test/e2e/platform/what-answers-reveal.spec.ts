import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Providers } from '../../../src/payments/providers/provider-registry.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { PageBody } from '../../support/bodies.js';
import { admin, api, scenario, shopper } from '../../support/scenario.js';

scenario({ people: ['shopper', 'admin'], unchecked: true });

const placed = async () => (await api.place(shopper, [{ productId: (await api.product(5)).id, quantity: 1 }])).body;

it('A 404 says the same of what does not exist and of what belongs to somebody else', async () => {
  const [order, stranger] = [await placed(), await api.person()];
  const { body: payment } = await api.pay(shopper, order);
  const textOf = async (path: string) => {
    const { status, body } = await api.get<{ detail: string }>(path, stranger);
    return { status, detail: body.detail };
  };
  const pairs = [
    [`/v1/orders/${order.id}`, `/v1/orders/${encodeId('ord', newId<'ord'>())}`],
    [`/v1/payments/${payment.id}`, `/v1/payments/${encodeId('pay', newId<'pay'>())}`],
    [`/v1/users/${shopper.id}`, `/v1/users/${encodeId('usr', newId<'usr'>())}`],
  ] as const;
  for (const [foreign, absent] of pairs) {
    expect(await textOf(foreign)).toMatchObject({ status: 404 });
    expect(await textOf(foreign)).toEqual(await textOf(absent));
  }
});

it('A customer sees in the timeline what staff did, and not who; staff see who', async () => {
  const order = await placed();
  const { body: payment } = await api.pay(shopper, order);
  await api.refund(admin, payment, { amount: 1 });
  const actors = async (reader: Person) => {
    const { body } = await api.get<PageBody<{ actorId: string | null }>>(`/v1/orders/${order.id}/timeline`, reader);
    return new Set(body.data.map(({ actorId }) => actorId));
  };
  expect(await actors(shopper)).toContain(shopper.id);
  expect(await actors(shopper)).not.toContain(admin.id);
  expect(await actors(admin)).toContain(admin.id);
});

it('Of three reversals at once one is done, and the others are told that it is', async () => {
  const body = { amount: 1000, currency: 'EUR', reason: 'sorry' };
  const ada = await api.person();
  const grant = await api.post<{ id: string }>(`/v1/users/${ada.id}/store-credit-grants`, { token: admin.token, body });
  for (const answer of [grant]) expect(answer.status).toBe(201);
  const reverse = () =>
    api.post<{ code?: string }>(`/v1/ledger/transactions/${grant.body.id}/reversals`, {
      token: admin.token,
      key: randomUUID(),
      body: { reason: 'twice' },
    });
  const answers = await Promise.all([reverse(), reverse(), reverse()]);
  const said = answers.map(({ status, body: { code } }) => `${status} ${code ?? ''}`.trim());
  expect(said.toSorted()).toEqual(['201', '409 already_reversed', '409 already_reversed']);
});

it('Store credit is no provider to ask, and the refusal names those that are', () => {
  const providers = api.app.get(Providers, { strict: false });
  expect(() => providers.named('store_credit')).toThrow(
    expect.objectContaining({
      violations: [
        expect.objectContaining({ message: expect.stringMatching(/Till keeps it itself.*use one of: sandbox$/) }),
      ],
    }),
  );
});
