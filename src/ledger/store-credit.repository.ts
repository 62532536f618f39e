import { Injectable } from '@nestjs/common';
import { type AccountId, encodeId, type UserId } from '../shared/ids.js';
import { MAX_AMOUNT } from '../shared/money.js';
import { columnsOf, insertMany, Transaction } from '../platform/database/index.js';
import { findBroken, type Finding } from '../platform/proof/index.js';
import { storeCreditCode } from './domain/chart.js';
import { StoreCreditBalanceEntity } from './ledger-account.entity.js';
import { InsufficientStoreCredit, StoreCreditTooLarge } from './ledger.errors.js';
import { type AccountAmount, LedgerRepository } from './ledger.repository.js';

/** A customer's store credit in one currency, in minor units. */
export interface StoreCredit {
  readonly currency: string;
  readonly amount: number;
}

/** The rows of store credit that were written since a checkpoint. */
export interface WrittenCredit {
  /** The ids of ledger transactions with new entries. */
  readonly transactions: readonly string[];
  /** The ids of accounts that are new or whose balance is. */
  readonly accounts: readonly string[];
}

/** The customer of a balance, and the code of its account, which names a customer too. */
interface Owner {
  readonly account: AccountId;
  readonly code: string;
  readonly userId: UserId;
}

const INSERT = insertMany(StoreCreditBalanceEntity);
const OPEN = { ...INSERT, sql: `${INSERT.sql} ON CONFLICT (user_id, currency) DO NOTHING` };
const LOCK = `
  SELECT ${columnsOf(StoreCreditBalanceEntity, 'b', ['accountId', 'amount'])} FROM store_credit_balances b
  WHERE b.account_id = ANY ($1) ORDER BY b.user_id FOR UPDATE`;
const CHANGE = `
  UPDATE store_credit_balances b SET amount = b.amount - t.amount
  FROM (
    SELECT account_id, sum(amount) AS amount FROM unnest($1::uuid[], $2::bigint[]) AS e (account_id, amount)
    GROUP BY account_id) t
  WHERE b.account_id = t.account_id`;
/** `among` is a condition on an account and its balance. */
const differing = (among: string) => `
  SELECT coalesce(a.id, b.account_id) AS account, a.code, b.user_id AS customer, b.currency, b.amount::text AS found,
    (-e.amount)::text AS "sumOfEntries"
  FROM (SELECT * FROM ledger_accounts WHERE code LIKE 'store\\_credit:%') a
  FULL JOIN store_credit_balances b ON b.account_id = a.id
  LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM ledger_entries WHERE account_id = coalesce(a.id, b.account_id)) e ON true
  WHERE ${among} AND (a.id IS NULL OR coalesce(b.amount, 0) <> -coalesce(e.amount, 0) OR b.currency <> a.currency)`;
/** Accounts with new entries, new accounts and balances, and those of which only one exists. */
const WRITTEN = `(a.id IS NULL OR b.account_id IS NULL OR a.id = ANY($2::uuid[])
  OR a.id IN (SELECT account_id FROM ledger_entries WHERE transaction_id = ANY($1::uuid[])))`;
const CHECKED_AT_ONCE = 5000;
/** The next balances after account $1; `among` is a condition on a balance. */
const owners = (among: string) => `
  SELECT a.id AS account, a.code, b.user_id AS "userId" FROM store_credit_balances b JOIN ledger_accounts a ON a.id = b.account_id
  WHERE b.account_id > $1 AND ${among} ORDER BY b.account_id LIMIT ${CHECKED_AT_ONCE}`;
const FIRST_ACCOUNT = '00000000-0000-0000-0000-000000000000';

/** The stored balances of store credit: their rows are locked for a change, so that none falls below zero. */
@Injectable()
export class StoreCreditRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly ledger: LedgerRepository,
  ) {}

  /** Opens account and balance for customers who have none. The database refuses ids that are not a user's. */
  async open(userIds: readonly UserId[], currency: string): Promise<void> {
    const accounts = await this.ledger.openAccounts(currency, userIds.map(storeCreditCode).toSorted());
    const balances = userIds.toSorted().map((userId) => {
      return { userId, currency, accountId: accounts.get(storeCreditCode(userId))!, amount: 0 };
    });
    this.tx.writeBatch(OPEN, balances);
  }

  /**
   * Applies entries to the balances of their accounts: a debit lowers, a credit raises. The balances stay locked until the
   * transaction ends. @throws InsufficientStoreCredit, StoreCreditTooLarge before anything is written
   */
  async apply(entries: readonly AccountAmount[]): Promise<void> {
    const accountIds = entries.map(({ accountId }) => accountId);
    const held = await this.tx.query<{ accountId: AccountId; amount: number }>(LOCK, [accountIds]);
    for (const { accountId, amount } of entries) {
      const has = held.find((row) => row.accountId === accountId)?.amount ?? 0;
      if (amount > has) throw new InsufficientStoreCredit(amount, has);
      if (has - amount > MAX_AMOUNT) throw new StoreCreditTooLarge();
    }
    this.tx.write(CHANGE, [accountIds, entries.map(({ amount }) => amount)]);
  }

  async ofUser(userId: UserId): Promise<StoreCredit[]> {
    const balances = await this.tx
      .repository(StoreCreditBalanceEntity)
      .find({ where: { userId }, order: { currency: 'ASC' } });
    return balances.map(({ currency, amount }) => ({ currency, amount }));
  }

  /** Returns balances that are not the sum of their account's entries, or not in its currency, among the new rows or all. */
  differing(written?: WrittenCredit): Promise<Finding> {
    return written
      ? findBroken(this.tx, differing(WRITTEN), [written.transactions, written.accounts])
      : findBroken(this.tx, differing('true'));
  }

  /** Returns balances whose account belongs to another customer, among the new rows or all. */
  async misplaced(written?: WrittenCredit): Promise<Finding> {
    const found: Owner[] = [];
    for await (const owner of this.owners(written)) if (owner.code !== storeCreditCode(owner.userId)) found.push(owner);
    const differing = found.map(({ account, code, userId }) => ({
      account: encodeId('acc', account),
      code,
      customer: encodeId('usr', userId),
    }));
    return { holds: differing.length === 0, detail: { differing } };
  }

  private async *owners(written?: WrittenCredit): AsyncGenerator<Owner> {
    let last: string = FIRST_ACCOUNT;
    for (;;) {
      const owners = await this.ownersAfter(last, written);
      yield* owners;
      if (owners.length < CHECKED_AT_ONCE) return;
      last = owners.at(-1)!.account;
    }
  }

  private ownersAfter(last: string, written?: WrittenCredit): Promise<Owner[]> {
    return written
      ? this.tx.query<Owner & Record<string, unknown>>(owners('b.account_id = ANY($2::uuid[])'), [
          last,
          written.accounts,
        ])
      : this.tx.query<Owner & Record<string, unknown>>(owners('true'), [last]);
  }
}
