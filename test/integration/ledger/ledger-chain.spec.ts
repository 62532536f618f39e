import { Client } from 'pg';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Sealer } from '../../../src/ledger/sealer.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId, encodeId, newId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi, startWorker } from '../../support/api.js';
import { runCli } from '../../support/build.js';
import type { AccountBody, LedgerTransactionBody, PageBody } from '../../support/bodies.js';

let api: Api;
let finance: Person;
let sealer: Sealer;
/** Somebody with the database's password and all its rights. */
let superuser: Client;

beforeEach(async () => {
  api = await startApi();
  finance = await api.person('finance');
  sealer = api.app.get(Sealer);
  superuser = new Client({ connectionString: api.settings.DATABASE_URL });
  await superuser.connect();
  return async () => {
    await superuser.end();
    await api.close();
  };
});

const post = async (amount = 100) => {
  const postings = [{ debit: 'provider_fees', credit: 'payouts', amount }];
  const body = { currency: 'EUR', postings, reason: 'Fee' };
  return (await api.post<LedgerTransactionBody>('/v1/ledger/transactions', { token: finance.token, body })).body;
};
const posted = async (number: number): Promise<LedgerTransactionBody[]> => {
  const made: LedgerTransactionBody[] = [];
  for (let n = 0; n < number; n++) made.push(await post());
  return made;
};
const check = async (name: string) => {
  const found = (await api.proof()).checks.find((one) => one.name === name);
  return { holds: found?.holds, detail: found?.detail as Record<string, unknown> };
};
const chain = () => check('ledger_chain_intact');
const sealedIds = async () => {
  const rows = await api.sql('SELECT transaction_id AS id FROM ledger_seals ORDER BY seq');
  return rows.map(({ id }) => encodeId('txn', id as ReturnType<typeof newId<'txn'>>));
};
const balances = async (query = '') => {
  const { data } = (await api.get<PageBody<AccountBody>>(`/v1/ledger/accounts${query}`, finance)).body;
  return Object.fromEntries(data.map(({ code, balance }) => [code, balance]));
};

describe('The chain of seals', () => {
  it('takes in what was posted, once, whoever seals', async () => {
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 0, waiting: 0 } });
    const made = await posted(5);
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 0, waiting: 5 } });
    const sealed = await Promise.all(Array.from({ length: 4 }, () => sealer.sealAll()));
    expect(sealed.reduce((sum, number) => sum + number)).toBe(5);
    expect(await sealedIds()).toEqual(made.map(({ id }) => id));
    const first = await chain();
    expect(first).toMatchObject({ holds: true, detail: { sealed: 5, waiting: 0, altered: null, uncovered: [] } });
    await post();
    expect(await sealer.sealAll()).toBe(1);
    expect((await chain()).detail['head']).not.toBe(first.detail['head']);
  });

  it('goes on over batches', async () => {
    await post();
    await api.sql(`
      WITH made AS (SELECT gen_random_uuid() AS id FROM generate_series(1, 6500)),
        transactions AS (INSERT INTO ledger_transactions (id, kind, reference_id) SELECT id, 'manual', id FROM made)
      INSERT INTO ledger_entries (transaction_id, position, account_id, amount)
      SELECT made.id, n, a.id, CASE n WHEN 1 THEN 5 ELSE -5 END
      FROM made, generate_series(1, 2) n JOIN ledger_accounts a ON a.code = CASE n WHEN 1 THEN 'payouts' ELSE 'provider_fees' END`);
    expect(await sealer.sealAll()).toBe(6501);
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 6501 } });
    expect(await check('ledger_rollups_match')).toMatchObject({ holds: true });
  });

  it('takes in a transaction that commits late, in a later place', async () => {
    await posted(1);
    const late = newId<'txn'>();
    await superuser.query(`BEGIN;
      INSERT INTO ledger_transactions (id, kind, reference_id) VALUES ('${late}', 'manual', '${late}');
      INSERT INTO ledger_entries SELECT '${late}', row_number() OVER (), id, CASE code WHEN 'payouts' THEN 7 ELSE -7 END
      FROM ledger_accounts`);
    await post();
    await sealer.sealAll();
    await superuser.query('COMMIT');
    expect(await balances()).toEqual({ payouts: -193, provider_fees: 193 });
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 2, waiting: 1 } });
    await sealer.sealAll();
    expect((await sealedIds()).slice(-1)).toEqual([encodeId('txn', late)]);
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 3, waiting: 0 } });
    expect(await balances()).toEqual({ payouts: -193, provider_fees: 193 });
  });

  it('keeps nobody waiting who posts', async () => {
    const made = await posted(2);
    const tx = api.app.get(Transaction);
    await tx.run(async () => {
      expect(await sealer.sealAll()).toBe(2);
      const reason = { reason: 'Booked twice' };
      const path = `/v1/ledger/transactions/${made[0]?.id}/reversals`;
      expect((await api.post(path, { token: finance.token, body: reason })).status).toBe(201);
      await post();
    });
    expect(await sealer.sealAll()).toBe(2);
    expect(await chain()).toMatchObject({ holds: true, detail: { sealed: 4 } });
  });

  it('is built by the worker', async () => {
    const worker = await startWorker(api);
    try {
      await post();
      await vi.waitFor(async () => expect(await chain()).toMatchObject({ detail: { sealed: 1, waiting: 0 } }), 20_000);
      const metrics = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
      expect(metrics).toContain('till_ledger_unsealed 0');
    } finally {
      await worker.close();
    }
  });

  it('is in the balances, now and at any time', async () => {
    const made = await posted(3);
    const before = await Promise.all([balances(), ...made.map(({ createdAt }) => balances(`?at=${createdAt}`))]);
    expect(before[0]).toEqual({ provider_fees: 300, payouts: -300 });
    await sealer.sealAll();
    const after = await Promise.all([balances(), ...made.map(({ createdAt }) => balances(`?at=${createdAt}`))]);
    expect(after).toEqual(before);
    await post(1);
    expect(await balances()).toEqual({ provider_fees: 301, payouts: -301 });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await balances(`?at=${tomorrow}`)).toEqual({ provider_fees: 301, payouts: -301 });
    await superuser.query('UPDATE ledger_rollups SET amount = amount + 1');
    expect(await check('ledger_rollups_match')).toMatchObject({ holds: false });
  });
});

/** With triggers and foreign keys off, as only a superuser can. */
const tamper = async (statement: string, id: string | undefined) => {
  await superuser.query('SET session_replication_role = replica');
  const { rowCount } = await superuser.query(statement.replaceAll(':id', `'${decodeId('txn', id ?? '')}'`));
  await superuser.query('SET session_replication_role = origin');
  expect(rowCount).toBeGreaterThan(0);
};

describe('A superuser who turns the triggers off', () => {
  it.each([
    ['changes amounts, in balance', 'UPDATE ledger_entries SET amount = amount * 2 WHERE transaction_id = :id'],
    ['changes a letter', `UPDATE ledger_transactions SET reason = 'Fea' WHERE id = :id`],
    ['moves it in time', `UPDATE ledger_transactions SET created_at = created_at - interval '1 us' WHERE id = :id`],
    ['ties it to an order', 'UPDATE ledger_transactions SET order_id = id WHERE id = :id'],
    ['names another actor', 'UPDATE ledger_transactions SET actor_id = id WHERE id = :id'],
    [
      'adds entries, in balance',
      `INSERT INTO ledger_entries SELECT transaction_id, position + 2, account_id, -amount FROM ledger_entries WHERE transaction_id = :id`,
    ],
    ['takes the entries away', 'DELETE FROM ledger_entries WHERE transaction_id = :id'],
    ['deletes it', 'DELETE FROM ledger_transactions WHERE id = :id'],
    ['rewrites its seal', `UPDATE ledger_seals SET hash = sha256('x') WHERE transaction_id = :id`],
  ])('and %s is found out, and the transaction is named', async (_, statement) => {
    const made = await posted(5);
    await sealer.sealAll();
    await tamper(statement, made[2]?.id);
    expect(await chain()).toMatchObject({ holds: false, detail: { altered: made[2]?.id } });
  });

  it('and deletes a seal, or hides a transaction from the sealer, is found out', async () => {
    const made = await posted(3);
    await tamper('DELETE FROM ledger_unsealed WHERE transaction_id = :id', made[2]?.id);
    expect(await chain()).toMatchObject({ holds: false, detail: { altered: null, uncovered: [made[2]?.id] } });
    await sealer.sealAll();
    await tamper('DELETE FROM ledger_seals WHERE transaction_id = :id', made[0]?.id);
    expect(await chain()).toMatchObject({ holds: false, detail: { altered: made[1]?.id } });
  });

  it('is the only one who can: seals are not changed, deleted or emptied', async () => {
    await post();
    await sealer.sealAll();
    for (const statement of [
      `UPDATE ledger_seals SET hash = sha256('x')`,
      'DELETE FROM ledger_seals',
      'TRUNCATE ledger_seals',
    ]) {
      await expect(superuser.query(statement)).rejects.toMatchObject({ code: '23001' });
    }
  });
});

describe('till ledger verify', () => {
  it('prints what it found, and ends with 1 and the name of what was altered', async () => {
    const made = await posted(3);
    await sealer.sealAll();
    const { stdout } = await runCli(['ledger', 'verify'], api.settings);
    expect(JSON.parse(stdout)).toMatchObject({ intact: true, sealed: 3, waiting: 0, altered: null });
    await tamper('UPDATE ledger_entries SET amount = amount * 2 WHERE transaction_id = :id', made[1]?.id);
    const failure = await runCli(['ledger', 'verify'], api.settings).then(
      () => undefined,
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining(String(made[1]?.id)) as string });
    expect(JSON.parse(failure?.stdout ?? '')).toMatchObject({ intact: false, altered: made[1]?.id });
  }, 120_000);
});
