import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AccountId, encodeId, type LedgerTransactionId, newId } from '../shared/ids.js';
import { type Finding, ProofChecks, type ProofScope } from '../platform/proof/index.js';
import { type AccountCode, isStoreCredit, type SummedCode } from './domain/chart.js';
import { entriesOf, type Entry, type Posting } from './domain/posting.js';
import { addedUp, type CurrencyTotals } from './domain/totals.js';
import { type AccountAmount, type LedgerRecord, LedgerRepository } from './ledger.repository.js';
import { StoreCreditRepository } from './store-credit.repository.js';

const CURRENCIES = 'ledger_currencies_balance';

/** A transaction to post, in one currency. */
export interface PostedRecord extends LedgerRecord {
  readonly currency: string;
}

/** The double-entry ledger: append-only transactions of two or more entries that sum to zero. */
@Injectable()
export class LedgerService implements OnModuleInit {
  /** Accounts are never closed, so a cached id stays valid. */
  private readonly accounts = new Map<string, AccountId>();

  constructor(
    private readonly repository: LedgerRepository,
    private readonly storeCredit: StoreCreditRepository,
    private readonly checks: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register(
      {
        name: 'ledger_transactions_balance',
        rule: 'Every ledger transaction has two or more entries that sum to zero per currency.',
        run: (scope) => this.everyTransactionBalances(scope),
      },
      {
        name: CURRENCIES,
        rule: 'In each currency, all debits equal all credits.',
        run: (scope) => this.everyCurrencyBalances(scope),
      },
    );
  }

  /**
   * Opens the accounts for a posting. Call it before the transaction that posts: an account stays open even if the posting is
   * rolled back.
   */
  async openAccounts(currency: string, codes: readonly SummedCode[]): Promise<void> {
    if (codes.every((code) => this.accounts.has(`${code} ${currency}`))) return;
    const opened = await this.repository.openAccounts(currency, codes);
    for (const [code, id] of opened) this.accounts.set(`${code} ${currency}`, id);
  }

  /**
   * Posts one movement of money in the running transaction. The database refuses a second transaction with the same kind and
   * reference, and one that does not balance.
   */
  post(record: PostedRecord, postings: readonly Posting[]): LedgerTransactionId {
    const entries = entriesOf(postings);
    return this.insert(
      record,
      entries.map(({ account, amount }) => ({ accountId: this.accountId(account, record.currency), amount })),
    );
  }

  /** Like `post`, for entries that sum to zero, on accounts that it opens in the running transaction where needed; none of store credit. */
  postOpening({ currency, ...record }: PostedRecord, entries: readonly Entry[]): LedgerTransactionId {
    const id = newId<'txn'>();
    this.repository.insertOpening(id, record, currency, entries);
    return id;
  }

  /** Like `post`, with postings in several currencies, each of which balances. */
  postEach(record: LedgerRecord, postings: readonly (Posting & { readonly currency: string })[]): LedgerTransactionId {
    const entries = postings.flatMap(({ currency, ...posting }) =>
      entriesOf([posting]).map(({ account, amount }) => ({ accountId: this.accountId(account, currency), amount })),
    );
    return this.insert(record, entries);
  }

  /**
   * Like `post`, but opens accounts in the running transaction where needed and changes the balances of store credit.
   * @throws InsufficientStoreCredit before anything is posted
   */
  enter(record: PostedRecord, postings: readonly Posting[]): Promise<LedgerTransactionId> {
    return this.enterEntries(record, entriesOf(postings));
  }

  /** Like `enter`, for entries that sum to zero. */
  async enterEntries(record: PostedRecord, entries: readonly Entry[]): Promise<LedgerTransactionId> {
    const codes = [...new Set(entries.map(({ account }) => account))].toSorted();
    const opened = await this.repository.openAccounts(record.currency, codes);
    return this.record(
      record,
      entries.map((entry) => ({ ...entry, accountId: opened.get(entry.account)! })),
    );
  }

  /** Like `enter`, for entries with account ids; they must sum to zero. */
  async record(record: LedgerRecord, entries: readonly (Entry & AccountAmount)[]): Promise<LedgerTransactionId> {
    const held = entries.filter(({ account }) => isStoreCredit(account));
    if (held.length > 0) await this.storeCredit.apply(held);
    return this.insert(record, entries);
  }

  private insert(record: LedgerRecord, entries: readonly AccountAmount[]): LedgerTransactionId {
    const id = newId<'txn'>();
    this.repository.insert(id, record, entries);
    return id;
  }

  private accountId(code: AccountCode, currency: string): AccountId {
    const id = this.accounts.get(`${code} ${currency}`);
    if (!id) throw new Error(`The ledger account ${code} in ${currency} is not open; call openAccounts first.`);
    return id;
  }

  private async everyTransactionBalances(scope: ProofScope): Promise<Finding> {
    const changed = ['ledger_transactions', 'ledger_entries'].flatMap((table) => scope.rows(table) ?? []);
    const unbalanced = await this.repository.unbalanced(scope.changes && changed);
    return { holds: unbalanced.length === 0, detail: { unbalanced: unbalanced.map((id) => encodeId('txn', id)) } };
  }

  /** Uses the totals of the last checkpoint and the entries written since, or all entries in a full proof. */
  private async everyCurrencyBalances(scope: ProofScope): Promise<Finding> {
    const before = scope.kept(CURRENCIES)?.['settled'] as readonly CurrencyTotals[] | undefined;
    const written = before && scope.changes && { ids: scope.rows('ledger_entries') ?? [], age: scope.changes.age };
    const found = await this.repository.totals(written);
    const [currencies, settled] = [found, found.filter((part) => part.settled)].map((parts) =>
      addedUp([...(before ?? []), ...parts]),
    );
    const holds = currencies!.every(({ debits, credits }) => debits === credits);
    return { holds, detail: { currencies }, keep: { settled } };
  }
}
