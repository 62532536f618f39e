import { expect, it } from 'vitest';
import { presentRow } from './export.presenter.js';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

it('shows public ids and times of the API, and no bytes, hashes or secrets', () => {
  const row = {
    id,
    customer_id: id,
    placed_by: id,
    order_id: id,
    some_id: id,
    token_hash: '\\x00',
    salt: '\\xff',
    secret: 'hunter2',
    created_at: '2026-01-02T03:04:05.678901+00:00',
    name: 'Ada',
    total: 5,
    note: null,
  };
  expect(presentRow('orders', row)).toEqual({
    id: 'ord_01h455vb4pex5vsknk084sn02q',
    customerId: 'usr_01h455vb4pex5vsknk084sn02q',
    placedBy: 'usr_01h455vb4pex5vsknk084sn02q',
    orderId: 'ord_01h455vb4pex5vsknk084sn02q',
    someId: id,
    createdAt: '2026-01-02T03:04:05.678Z',
    name: 'Ada',
    total: 5,
    note: null,
  });
});
