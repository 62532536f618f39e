import { expect, it } from 'vitest';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { problemIn } from '../../support/problem.js';
import { api, scenario, shopper } from '../../support/scenario.js';

scenario();

it('A quote for nothing but products that do not exist is refused as placing the order is', async () => {
  const body = { lines: [{ productId: encodeId('prd', newId<'prd'>()), quantity: 1 }] };
  const quote = await api.request('POST /v1/quotes', { token: shopper.token, body });
  const order = await api.post('/v1/orders', { token: shopper.token, body });
  expect([problemIn(quote).code, problemIn(order).code]).toEqual(['product_unavailable', 'product_unavailable']);
});
