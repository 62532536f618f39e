import { Injectable } from '@nestjs/common';
import { encodeId, type LedgerTransactionId, newId } from '../shared/ids.js';
import type { Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
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
    private readonly audit: AuditLog,
  ) {}

  /** @throws ReferenceTaken */
  async post(caller: Caller, { postings, ...given }: ManualTransaction): Promise<LedgerTransaction> {
    const record = { ...given, kind: 'manual', referenceId: newId<'txn'>(), actorId: caller.userId } as const;
    try {
      return await this.tx.run(async () => {
        const id = await this.ledger.enter(record, postings);
        this.audit.record({ action: 'ledger.posted', target: targetOf(id), after: { reason: given.reason, postings } });
        return this.transactions.read(id);
      });
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
        const reversal = await this.ledger.record(record, oppositeOf(original));
        const after = { reversal: encodeId('txn', reversal), reason };
        this.audit.record({ action: 'ledger.reversed', target: targetOf(id), after });
        return this.transactions.read(reversal);
      });
    } catch (error) {
      throw refusalOf(error, id);
    }
  }
}

const targetOf = (id: LedgerTransactionId) => ({ type: 'ledger transaction', id: encodeId('txn', id) });

function assertReversible({ id, kind, reversedBy }: LedgerTransaction): void {
  if (!isReversible(kind)) throw new NotReversible(kind);
  if (reversedBy) throw new AlreadyReversed(id);
}

const oppositeOf = ({ entries }: LedgerTransaction) => entries.map((entry) => ({ ...entry, amount: -entry.amount }));
