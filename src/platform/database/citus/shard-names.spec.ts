import { Client } from 'pg';
import { expect, it } from 'vitest';
import { isOfCluster, nameTables } from './shard-names.js';

interface Inner {
  readonly connection: NodeJS.EventEmitter;
}

it('an error of a node names table and constraint as the schema does, before anybody else sees it', () => {
  const client = new Client();
  client.on('error', () => undefined);
  nameTables(client);
  const error = Object.assign(
    new Error('duplicate key value violates unique constraint "idempotency_keys_pkey_102045"'),
    {
      code: '23505',
      detail: 'Key (key)=(order_123456) is not present in table "orders_1020451".',
      table: 'idempotency_keys_102045',
      constraint: 'idempotency_keys_pkey_102045',
    },
  );
  (client as unknown as Inner).connection.emit('errorMessage', error);
  expect({ ...error, message: error.message }).toEqual({
    message: 'duplicate key value violates unique constraint "idempotency_keys_pkey"',
    code: '23505',
    detail: 'Key (key)=(order_123456) is not present in table "orders".',
    table: 'idempotency_keys',
    constraint: 'idempotency_keys_pkey',
  });
  expect([isOfCluster(client), isOfCluster(new Client())]).toEqual([true, false]);
});
