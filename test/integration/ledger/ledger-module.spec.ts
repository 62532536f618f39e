import type { TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerModule, LedgerService } from '../../../src/ledger/index.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { newId } from '../../../src/shared/ids.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { testingModule } from '../../support/testing-module.js';

let database: TestDatabase;
let module: TestingModule;
beforeAll(async () => {
  database = await createDatabase();
  module = await (await testingModule(database.url, [LedgerModule])).compile();
  await module.init();
});
afterAll(async () => {
  await module?.close();
  await database?.drop();
});

const fee = (reference: string) =>
  ({ kind: 'manual', referenceId: reference, currency: 'EUR', reason: 'Fee' }) as const;
const enter = (reference: string, amount: number) =>
  module.get(Transaction, { strict: false }).run(async () => {
    await module.get(LedgerService).enter(fee(reference), [{ debit: 'provider_fees', credit: 'payouts', amount }]);
  });
const entries = () =>
  module
    .get(Transaction, { strict: false })
    .query('SELECT amount::int FROM ledger_entries ORDER BY transaction_id, position');

describe('The ledger, without the modules that use it', () => {
  it('enters a transaction whose entries sum to zero', async () => {
    await enter(newId(), 250);
    expect(await entries()).toEqual([{ amount: 250 }, { amount: -250 }]);
  });

  it('enters nothing of a transaction that fails, and nothing twice under one reference', async () => {
    const reference = newId();
    await enter(reference, 100);
    const before = await entries();
    await expect(enter(reference, 100)).rejects.toThrow(/duplicate key/);
    await expect(enter(newId(), 0)).rejects.toThrow('A posting of 0 minor units is no posting');
    expect(await entries()).toEqual(before);
  });
});
