import { Injectable } from '@nestjs/common';
import { type LedgerTransactionId, newId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import { isReversible } from './domain/kinds.js';
import type { Posting } from './domain/posting.js';
import { AlreadyReversed, NotReversible, refusalOf } from './ledger.errors.js';
import { LedgerService } from './ledger.service.js';
import type { LedgerTransaction } from './transactions.repository.js';
import { TransactionsService } from './transactions.service.js';

/** A manual posting. */
export interface ManualTransaction {
  readonly currency: string;
  readonly postings: readonly Posting[];
  readonly reason: string;
  readonly reference?: string;
}

/** Manual postings, and their reversal by a new transaction. */
@Injectable()
export class JournalService {
  constructor(
    private readonly tx: Transaction,
    private readonly ledger: LedgerService,
    private readonly transactions: TransactionsService,
  ) {}

  /** @throws ReferenceTaken */
  async post(caller: Caller, { postings, ...given }: ManualTransaction): Promise<LedgerTransaction> {
    const record = { ...given, kind: 'manual', referenceId: newId<'txn'>(), actorId: caller.userId } as const;
    try {
      return await this.tx.run(async () => this.transactions.read(await this.ledger.enter(record, postings)));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Posts the reverse of a transaction, once. @throws NotFound, NotReversible, AlreadyReversed, InsufficientStoreCredit */
  async reverse(caller: Caller, id: LedgerTransactionId, reason: string): Promise<LedgerTransaction> {
    try {
      return await this.tx.run(async () => {
        // A second caller must get AlreadyReversed, not an error about the balance after the first reversal.
        await this.transactions.lock(id);
        const original = await this.transactions.read(id);
        assertReversible(original);
        const record = { kind: 'reversal', referenceId: id, reason, actorId: caller.userId } as const;
        return this.transactions.read(await this.ledger.record(record, oppositeOf(original)));
      });
    } catch (error) {
      throw refusalOf(error, id);
    }
  }
}

function assertReversible({ id, kind, reversedBy }: LedgerTransaction): void {
  if (!isReversible(kind)) throw new NotReversible(kind);
  if (reversedBy) throw new AlreadyReversed(id);
}

const oppositeOf = ({ entries }: LedgerTransaction) => entries.map((entry) => ({ ...entry, amount: -entry.amount }));
