import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sealer } from '../../../../src/ledger/sealer.js';
import { Transaction } from '../../../../src/platform/database/index.js';
import { type Proof, ProofRunner, Prover } from '../../../../src/platform/proof/index.js';
import { decodeId, encodeId, type ProductId } from '../../../../src/shared/ids.js';
import { api, scenario, shopper } from '../../../support/scenario.js';

let products: { readonly id: string }[];
/** Somebody with a transaction of their own. */
let elsewhere: Client;

scenario({ unchecked: true });
beforeAll(async () => {
  products = [await api.product(5000), await api.product(5000)];
  elsewhere = new Client({ connectionString: api.settings.DATABASE_URL });
  await elsewhere.connect();
  await buy(120);
  await checkpoint();
});
afterAll(() => elsewhere?.end());

const buy = async (orders: number) => {
  const lines = products.map(({ id }) => ({ productId: id, quantity: 1 }));
  for (let order = 0; order < orders; order += 1) {
    const { body } = await api.place(shopper, lines);
    expect((await api.pay(shopper, body)).status).toBe(201);
  }
};
/** What the worker does every few seconds, and every minute. */
const checkpoint = async () => {
  await api.app.get(Sealer).sealAll();
  const proof = await api.app.get(ProofRunner).seal(false);
  expect(proof?.checks.filter(({ holds }) => !holds)).toEqual([]);
};
const prove = (full = false) => api.app.get(ProofRunner).run(full);
const failed = ({ checks }: Proof) => checks.filter(({ holds }) => !holds).map(({ name }) => name);
const detail = ({ checks }: Proof, name: string) => checks.find((check) => check.name === name)?.detail;
const idOf = ({ id }: { readonly id: string }) => decodeId('prd', id) as ProductId;
const level = async (product: string) =>
  (await api.sql('SELECT on_hand, reserved FROM stock_levels WHERE product_id = $1', [product]))[0]!;
const strangeSums = () =>
  api.sql(`
    SELECT product_id FROM proof_stock s FULL JOIN (
      SELECT product_id, sum(on_hand_delta) AS on_hand, sum(reserved_delta) AS reserved FROM stock_movements GROUP BY 1) m
      USING (product_id)
    WHERE (s.on_hand, s.reserved) IS DISTINCT FROM (m.on_hand, m.reserved)
      OR NOT EXISTS (SELECT FROM proof_checkpoints c WHERE c.seq = s.seq AND c.xid::xid = s.xmin)`);

const numbersOfFormats = async () =>
  (await api.sql(`SELECT last_value FROM pg_sequences WHERE sequencename = 'proof_formats_id_seq'`))[0];

/** Expects that checkpoints keep the sums of all movements, once no transaction of any database on the server is older than these. */
const expectSums = () =>
  expect.poll(async () => (await checkpoint(), strangeSums()), { timeout: 60_000, interval: 200 }).toEqual([]);

/** Rows that the session read of a table: by going over it, and by its indexes. */
interface Read {
  readonly [column: string]: unknown;
  readonly table: string;
  readonly passed: number;
  readonly lookedUp: number;
}

const READ = `
  SELECT t.relname AS table, t.seq_tup_read::int AS passed,
    (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index i WHERE i.indrelid = t.relid)::int AS "lookedUp"
  FROM pg_stat_xact_user_tables t WHERE t.relname = ANY($1)`;

/** Lets the planner decide as it does when each of the tables holds a million rows. */
async function pretendLarge(tables: readonly string[]) {
  await api.sql('ANALYZE');
  for (const table of tables) await api.sql(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  await api.sql('UPDATE pg_class SET reltuples = 1000000 WHERE relname = ANY($1)', [tables]);
}

it('goes once over each table and looks up each row a few times at most', async () => {
  await buy(1);
  const tx = api.app.get(Transaction);
  const tables = [
    'orders', 'order_lines', 'payments', 'payment_attempts', 'provider_events', 'stock_movements',
    'ledger_transactions', 'ledger_entries', 'ledger_seals',
  ]; // prettier-ignore
  await pretendLarge(tables);
  const { proof, before, after } = await tx.snapshot(
    async () => {
      const earlier = await tx.query<Read>(READ, [tables]);
      // The first query has set what a snapshot begins with.
      for (const whole of ['seqscan', 'hashjoin', 'mergejoin', 'material'])
        await tx.query(`SET LOCAL enable_${whole} = off`);
      return {
        before: earlier,
        proof: await api.app.get(Prover).prove(false),
        after: await tx.query<Read>(READ, [tables]),
      };
    },
    { writes: true },
  );
  expect({ mode: proof.mode, failed: failed(proof) }).toEqual({ mode: 'incremental', failed: [] });
  for (const table of tables) {
    const [then, now] = [before, after].map((all) => all.find((one) => one.table === table)!);
    const [passed, lookedUp] = [now!.passed - then!.passed, now!.lookedUp - then!.lookedUp];
    const [all] = await api.sql(`SELECT count(*)::int AS rows FROM ${table}`);
    expect({ table, passed }).toEqual({ table, passed: all!['rows'] });
    // A transaction that stays open, in any database of the server, makes all rows count as new. All rules together then
    // look up each row forty times at most. A join that went over the table anew for each row would look up 121 rows for each.
    const most = 60 * Number(all!['rows']);
    expect({ table, most, lookedUp: Math.min(lookedUp, most) }).toEqual({ table, most, lookedUp });
  }
});

it('finds the same figures as a full proof, also while a transaction stays open over checkpoints', async () => {
  await elsewhere.query('BEGIN; SELECT pg_current_xact_id()');
  for (let round = 0; round < 2; round += 1) {
    await buy(2);
    await checkpoint();
    await buy(1);
  }
  const [during, all] = [await prove(), await prove(true)];
  await elsewhere.query('COMMIT');
  await checkpoint();
  await checkpoint();
  const [after, allAfter] = [await prove(), await prove(true)];
  expect([during, all, after, allAfter].map(({ mode }) => mode)).toEqual([
    'incremental',
    'full',
    'incremental',
    'full',
  ]);
  expect([during, all, after, allAfter].flatMap(failed)).toEqual([]);
  const currencies = [during, all, after, allAfter].map((proof) => detail(proof, 'ledger_currencies_balance'));
  expect(currencies).toEqual(currencies.map(() => currencies[1]));
  await expectSums();
});

it.each([
  ['changed', 'UPDATE proof_stock SET on_hand = on_hand - 7 WHERE product_id = $1'],
  ['removed', 'DELETE FROM proof_stock WHERE product_id = $1'],
  ['claimed by another checkpoint', 'UPDATE proof_stock SET on_hand = on_hand - 7, seq = 1 WHERE product_id = $1'],
])('does not trust what a checkpoint kept when somebody has %s it to match', async (_, damage) => {
  const product = idOf(products[0]!);
  const before = await level(product);
  await api.sql(damage, [product]);
  const [kept] = await api.sql('SELECT on_hand, reserved FROM proof_stock WHERE product_id = $1', [product]);
  // What the level must be for the sums to agree.
  const { on_hand: onHand, reserved } = kept ?? { on_hand: '0', reserved: '0' };
  await api.sql('UPDATE stock_levels SET on_hand = $2, reserved = $3 WHERE product_id = $1', [
    product,
    onHand,
    reserved,
  ]);
  const proof = await prove();
  expect({ mode: proof.mode, failed: failed(proof) }).toEqual({
    mode: 'incremental',
    failed: ['stock_matches_journal'],
  });
  expect(JSON.stringify(detail(proof, 'stock_matches_journal'))).toContain(encodeId('prd', product));
  await api.sql('UPDATE stock_levels SET on_hand = $2, reserved = $3 WHERE product_id = $1', [
    product, before['on_hand'], before['reserved'],
  ]); // prettier-ignore
  expect(failed(await prove())).toEqual([]);
  await expectSums();
});

it('takes a number for a new format alone, since there are 32,767 of them', async () => {
  const before = await numbersOfFormats();
  await buy(1);
  await checkpoint();
  expect(await numbersOfFormats()).toEqual(before);
});

it('finds a balance that is gone although another one was added', async () => {
  const admin = await api.admin();
  const grant = async () => {
    const { id } = await api.person();
    const body = { amount: 500, currency: 'EUR', reason: 'sorry' };
    const { status } = await api.post(`/v1/users/${id}/store-credit-grants`, { token: admin.token, body });
    expect(status).toBe(201);
    return decodeId('usr', id);
  };
  const user = await grant();
  await checkpoint();
  const [balance] = await api.sql('DELETE FROM store_credit_balances WHERE user_id = $1 RETURNING *', [user]);
  await grant();
  const proof = await prove();
  expect({ mode: proof.mode, failed: failed(proof) }).toEqual({
    mode: 'incremental',
    failed: ['store_credit_matches_ledger'],
  });
  expect(JSON.stringify(detail(proof, 'store_credit_matches_ledger'))).toContain(
    encodeId('acc', balance!['account_id'] as never),
  );
  await api.sql('INSERT INTO store_credit_balances (user_id, currency, account_id, amount) VALUES ($1, $2, $3, $4)', [
    user, balance!['currency'], balance!['account_id'], balance!['amount'],
  ]); // prettier-ignore
  expect(failed(await prove())).toEqual([]);
});
