import { Client, type DatabaseError } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeId } from '../../../src/shared/ids.js';
import { assertBooks } from '../../support/books.js';
import type { OrderBody, PaymentBody, RefundBody } from '../../support/bodies.js';
import { api, mug, scenario, shopper } from '../../support/scenario.js';

/** What no code can do, because the database refuses it, to whoever has its password. */
let sql: Client;
let order: OrderBody;
let payment: PaymentBody;
let refund: RefundBody;

scenario({ mugs: 1000, unchecked: true });
beforeAll(async () => {
  sql = new Client({ connectionString: api.settings.DATABASE_URL });
  await sql.connect();
  order = (await api.place(shopper, [{ productId: mug.id, quantity: 2 }])).body;
  payment = (await api.pay(shopper, order)).body;
  refund = (await api.refund(await api.admin(), payment, { amount: 500 })).body;
});
/** A statement that got through would show in the books. */
beforeEach(() => assertBooks(api));
afterAll(async () => {
  await assertBooks(api);
  await sql?.end();
});

/** The constraint, or else the SQLSTATE, by which the database refuses the statements; undefined when it takes them. */
const refusal = (statements: string) =>
  sql.query(`BEGIN; ${statements}; COMMIT`).then(
    () => undefined,
    async ({ constraint, code }: DatabaseError) => {
      await sql.query('ROLLBACK');
      return constraint ?? code;
    },
  );
const APPEND_ONLY = '23001';
const uuids = (text: string) =>
  text
    .replaceAll(':mug', `'${decodeId('prd', mug.id)}'`)
    .replaceAll(':order', `'${decodeId('ord', order.id)}'`)
    .replaceAll(':payment', `'${decodeId('pay', payment.id)}'`)
    .replaceAll(':refund', `'${decodeId('rfd', refund.id)}'`);

describe('stock', () => {
  it.each([
    ['is reserved beyond what is on hand', 'reserved = on_hand + 1', 'stock_not_oversold'],
    ['is taken away below what is reserved', 'on_hand = reserved - 1', 'stock_not_oversold'],
    ['is less than nothing', 'on_hand = -1, reserved = -2', 'stock_not_oversold'],
  ])('never %s', async (_, change, constraint) => {
    expect(await refusal(uuids(`UPDATE stock_levels SET ${change} WHERE product_id = :mug`))).toBe(constraint);
  });

  it('is never shipped beyond what was ordered', async () => {
    const shipped = 'UPDATE order_lines SET fulfilled_quantity = quantity + 1 WHERE order_id = :order';
    expect(await refusal(uuids(shipped))).toBe('line_not_overfulfilled');
  });
});

/** A transaction with entries `[account, currency, amount]`. */
const post = (...entries: [account: string, currency: string, amount: number][]) => {
  const id = `'${crypto.randomUUID()}'`;
  const rows = entries.map(
    ([code, currency, amount], index) =>
      `SELECT ${id}::uuid, ${index + 1}::smallint, id, ${amount} FROM ledger_accounts
       WHERE code = '${code}' AND currency = '${currency}'`,
  );
  const insert = `INSERT INTO ledger_transactions (id, kind, reference_id) VALUES (${id}, 'test', gen_random_uuid())`;
  return rows.length === 0 ? insert : `${insert}; INSERT INTO ledger_entries ${rows.join(' UNION ALL ')}`;
};
const entries = (currency: string): Parameters<typeof post> => [
  ['sales', currency, -5],
  ['refunds', currency, 5],
];
const take = (statements: string) => sql.query(`BEGIN; ${statements}; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK`);

describe('a ledger transaction', () => {
  const UNBALANCED = 'ledger_transaction_balanced';

  beforeAll(async () => {
    await sql.query(`INSERT INTO ledger_accounts (id, code, currency, type)
      VALUES (gen_random_uuid(), 'sales', 'JPY', 'revenue'), (gen_random_uuid(), 'refunds', 'JPY', 'expense')`);
  });

  it.each<[string, Parameters<typeof post>, string]>([
    ['without entries', [], UNBALANCED],
    ['with one entry', [['sales', 'EUR', 5]], UNBALANCED],
    [
      'whose entries do not sum to zero',
      [
        ['sales', 'EUR', -5],
        ['refunds', 'EUR', 4],
      ],
      UNBALANCED,
    ],
    [
      'with an entry of nothing',
      [
        ['sales', 'EUR', 0],
        ['refunds', 'EUR', 0],
      ],
      'ledger_entries_amount_check',
    ],
    [
      'that balances only across currencies',
      [
        ['sales', 'EUR', -5],
        ['refunds', 'JPY', 5],
      ],
      UNBALANCED,
    ],
    [
      'that balances in one of two currencies',
      [
        ['sales', 'EUR', -5],
        ['refunds', 'EUR', 5],
        ['sales', 'JPY', -5],
        ['refunds', 'JPY', 4],
      ],
      UNBALANCED,
    ],
  ])('%s is refused', async (_, entries, constraint) => expect(await refusal(post(...entries))).toBe(constraint));

  it('that balances is taken, in one currency or in each of two', async () => {
    await expect(take(post(...entries('EUR')))).resolves.toBeDefined();
    await expect(take(post(...entries('EUR'), ...entries('JPY')))).resolves.toBeDefined();
  });

  it('gets no entry later that tips it', async () => {
    const more = `INSERT INTO ledger_entries SELECT transaction_id, 9, account_id, 1 FROM ledger_entries LIMIT 1`;
    expect(await refusal(more)).toBe(UNBALANCED);
  });

  it('gets all its entries by one statement', async () => {
    const first = '(SELECT min(transaction_id::text)::uuid FROM ledger_entries)';
    const more = `INSERT INTO ledger_entries SELECT transaction_id, max(position) + 1, min(account_id::text)::uuid, 5
      FROM ledger_entries WHERE transaction_id = ${first} GROUP BY 1`;
    expect(await refusal(`${more}; ${more.replace(', 5', ', -5')}`)).toBe(UNBALANCED);
  });

  it('is made once for one capture or refund', async () => {
    const again = `INSERT INTO ledger_transactions (id, kind, reference_id)
      SELECT gen_random_uuid(), kind, reference_id FROM ledger_transactions LIMIT 1`;
    expect(await refusal(again)).toBe('ledger_transactions_kind_reference_id_key');
  });
});

describe('what was written down', () => {
  it('in ledger_accounts is not changed: another currency would tip all that was posted there', async () => {
    expect(await refusal(`UPDATE ledger_accounts SET currency = 'JPY' WHERE code = 'sales'`)).toBe(APPEND_ONLY);
    expect(await refusal('DELETE FROM ledger_accounts')).toBe('ledger_entries_account_id_fkey');
    expect(await refusal('TRUNCATE ledger_accounts CASCADE')).toBe(APPEND_ONLY);
  });

  it.each([
    ['ledger_entries', 'amount = amount + 1'],
    ['ledger_entries', 'account_id = account_id'],
    ['ledger_transactions', 'reference_id = gen_random_uuid()'],
    ['stock_movements', 'on_hand_delta = on_hand_delta + 1'],
    ['events', `data = '{}'`],
  ])('in %s is not changed (SET %s), deleted or emptied', async (table, change) => {
    expect(await refusal(`UPDATE ${table} SET ${change}`)).toBe(APPEND_ONLY);
    expect(await refusal(`DELETE FROM ${table}`)).toBe(APPEND_ONLY);
    expect(await refusal(`TRUNCATE ${table} CASCADE`)).toBe(APPEND_ONLY);
  });
});

const paymentBecomes = (change: string) => refusal(uuids(`UPDATE payments SET ${change} WHERE id = :payment`));

describe('money', () => {
  it.each([
    ['is given back beyond what was captured', 'refunded_amount = captured_amount + 1', 'refunded_within_captured'],
    [
      'is promised back beyond that',
      'refund_pending = captured_amount - refunded_amount + 1',
      'refunded_within_captured',
    ],
    ['is given back negatively', 'refunded_amount = -1', 'refunded_within_captured'],
    ['is captured beyond what was authorised', 'captured_amount = authorized_amount + 1', 'captured_within_authorized'],
    ['is about to be captured beyond that', 'capture_pending = 1', 'captured_within_authorized'],
    ['is authorised beyond what was asked for', 'authorized_amount = amount + 1', 'authorized_within_amount'],
  ])('never %s', async (_, change, constraint) => expect(await paymentBecomes(change)).toBe(constraint));

  it('is never given back beyond what an order took', async () => {
    const change = 'UPDATE orders SET refunded_amount = captured_amount + 1 WHERE id = :order';
    expect(await refusal(uuids(change))).toBe('order_refunds_within_captured');
  });

  it('moves once for one event of the provider', async () => {
    const again = `INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at)
      SELECT gen_random_uuid(), provider, provider_event_id, attempt_id, type, amount, currency, occurred_at
      FROM provider_events LIMIT 1`;
    expect(await refusal(again)).toBe('provider_events_provider_provider_event_id_key');
  });

  it('is asked of a provider once for one request', async () => {
    const again = `INSERT INTO payment_attempts (id, payment_id, refund_id, kind, amount, state, request_key)
      SELECT gen_random_uuid(), payment_id, refund_id, kind, amount, 'started', request_key FROM payment_attempts LIMIT 1`;
    expect(await refusal(again)).toBe('payment_attempts_request_key_key');
  });
});
