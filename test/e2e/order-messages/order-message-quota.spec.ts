import { expect, it } from 'vitest';
import type { Person } from '../../support/api.js';
import { api, place, scenario, shopper, support } from '../../support/scenario.js';

scenario({
  people: ['shopper', 'support'],
  mugs: 10,
  unchecked: true,
  env: { QUOTA_ORDER_MESSAGES_PER_MINUTE: '2' },
});

it('One person writes at most so many messages in a minute, and their colleague as many', async () => {
  const { id } = await place();
  const write = async ({ token }: Person) =>
    (await api.post(`/v1/orders/${id}/messages`, { token, body: { text: 'Hello?' }, key: null })).status;
  expect([await write(shopper), await write(shopper), await write(shopper)]).toEqual([201, 201, 429]);
  expect(await write(support)).toBe(201);
});
