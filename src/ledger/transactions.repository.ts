import { Injectable } from '@nestjs/common';
import { In, LessThan, Raw, type Repository } from 'typeorm';
import type { AccountId, LedgerTransactionId, OrderId, UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { AccountCode } from './domain/chart.js';
import type { TransactionKind } from './domain/kinds.js';
import { LAST_ID } from './domain/ledger-time.js';
import { LedgerEntryEntity, LedgerTransactionEntity } from './ledger-transaction.entity.js';

export interface PostedEntry {
  readonly accountId: AccountId;
  readonly account: AccountCode;
  readonly currency: string;
  /** Minor units; a debit is positive, a credit negative. */
  readonly amount: number;
}

/** A posted transaction. */
export interface LedgerTransaction {
  readonly id: LedgerTransactionId;
  readonly kind: TransactionKind;
  readonly orderId: OrderId | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly actorId: UserId | null;
  /** The transaction that this one reverses, and the one that reverses this one. */
  readonly reverses: LedgerTransactionId | null;
  readonly reversedBy: LedgerTransactionId | null;
  readonly entries: readonly PostedEntry[];
}

export interface TransactionFilter {
  readonly orderId?: OrderId | undefined;
  readonly kind?: TransactionKind | undefined;
  readonly before?: LedgerTransactionId | undefined;
  readonly limit: number;
}

/** The transaction that takes each of these back. */
type Reversals = ReadonlyMap<string, LedgerTransactionId>;

/** An advisory lock in a space of its own; two transactions with the same hash wait for each other. */
const LOCK = 'SELECT pg_advisory_xact_lock(748465, hashtext($1::text))';

/** Reads transactions with their entries. */
@Injectable()
export class TransactionsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Makes others who `lock` it wait until the running transaction ends. No row lock: it needs the right to change the row. */
  async lock(id: LedgerTransactionId): Promise<void> {
    await this.tx.query(LOCK, [id]);
  }

  async find(id: LedgerTransactionId): Promise<LedgerTransaction | undefined> {
    return (await this.complete(await this.transactions.findBy({ id })))[0];
  }

  /** Newest first. */
  async list({ orderId, kind, before = LAST_ID, limit }: TransactionFilter): Promise<LedgerTransaction[]> {
    const where = { id: LessThan(before), ...(orderId && { orderId }), ...(kind && { kind: ofKind(kind) }) };
    return this.complete(await this.transactions.find({ where, order: { id: 'DESC' }, take: limit }));
  }

  /** Adds entries and reversals. They are read after the page, so that no plan of a join reads more than the page. */
  private async complete(page: readonly LedgerTransactionEntity[]): Promise<LedgerTransaction[]> {
    const ids = page.map(({ id }) => id);
    const entries = await this.entriesOf(ids);
    const reversals = await this.reversalsOf(ids);
    return page.map((transaction) => completed(transaction, entries, reversals));
  }

  private entriesOf(ids: readonly LedgerTransactionId[]): Promise<LedgerEntryEntity[]> {
    return this.tx.repository(LedgerEntryEntity).find({
      where: { transactionId: In([...ids]) },
      relations: { account: true },
      order: { transactionId: 'ASC', position: 'ASC' },
    });
  }

  private async reversalsOf(ids: readonly LedgerTransactionId[]): Promise<Reversals> {
    const select = { id: true, referenceId: true } as const;
    const found = await this.transactions.find({ select, where: { kind: 'reversal', referenceId: In([...ids]) } });
    return new Map(found.map(({ id, referenceId }) => [referenceId, id]));
  }

  private get transactions(): Repository<LedgerTransactionEntity> {
    return this.tx.repository(LedgerTransactionEntity);
  }
}

/** The index by kind excludes captures; PostgreSQL uses it only for a condition that does so too, whatever the parameter is. */
function ofKind(kind: TransactionKind) {
  if (kind === 'capture') return kind;
  return Raw((column) => `${column} = :kind AND ${column} <> 'capture'`, { kind });
}

function completed(
  { id, kind, referenceId, orderId, reference, reason, actorId }: LedgerTransactionEntity,
  entries: readonly LedgerEntryEntity[],
  reversals: Reversals,
): LedgerTransaction {
  const reverses = kind === 'reversal' ? (referenceId as LedgerTransactionId) : null;
  const own = entries.filter(({ transactionId }) => transactionId === id).map(posted);
  return {
    id,
    kind,
    orderId,
    reference,
    reason,
    actorId,
    reverses,
    reversedBy: reversals.get(id) ?? null,
    entries: own,
  };
}

function posted({ account, amount }: LedgerEntryEntity): PostedEntry {
  const { id, code, currency } = account!;
  return { accountId: id, account: code, currency, amount };
}
