import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ValidationFailed } from '../shared/errors.js';
import { encodeId, type LedgerTransactionId, newId, type UserId } from '../shared/ids.js';
import type { Money } from '../shared/money.js';
import { assertOwnOr, type Caller } from '../platform/access/index.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction } from '../platform/database/index.js';
import { type Finding, ProofChecks, type ProofScope, together } from '../platform/proof/index.js';
import { storeCreditCode } from './domain/chart.js';
import { OwnStoreCredit, storeCreditRefusalOf } from './ledger.errors.js';
import { LedgerService } from './ledger.service.js';
import { type StoreCredit, StoreCreditRepository, type WrittenCredit } from './store-credit.repository.js';

/** Store credit of customers. Every change is a posting, and a balance is never negative. */
@Injectable()
export class StoreCreditService implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    private readonly ledger: LedgerService,
    private readonly repository: StoreCreditRepository,
    private readonly checks: ProofChecks,
    private readonly audit: AuditLog,
  ) {}

  onModuleInit(): void {
    this.checks.register({
      name: 'store_credit_matches_ledger',
      rule: "Each balance of store credit is what the entries of its customer's account sum to.",
      run: (scope) => this.matchesLedger(writtenIn(scope)),
    });
  }

  /** Returns one balance per currency. @throws NotFound for another customer's */
  read(caller: Caller, userId: UserId): Promise<StoreCredit[]> {
    assertOwnOr(caller, userId, 'ledger:read', 'user');
    return this.repository.ofUser(userId);
  }

  /** Grants store credit to a customer. @throws NotFound if the customer does not exist, OwnStoreCredit, StoreCreditTooLarge */
  grant(caller: Caller, userId: UserId, { amount, currency }: Money, reason: string): Promise<LedgerTransactionId> {
    if (userId === caller.userId) throw new OwnStoreCredit();
    return this.moved(userId, async () => {
      await this.repository.open([userId], currency);
      const record = { kind: 'store_credit_grant', referenceId: newId<'txn'>(), currency, reason } as const;
      const posting = { debit: 'store_credit_grants', credit: storeCreditCode(userId), amount } as const;
      this.audit.record({ action: 'store_credit.granted', target: targetOf(userId), after: { amount, currency } });
      return this.ledger.enter({ ...record, actorId: caller.userId }, [posting]);
    });
  }

  /** Moves store credit from one customer to another. @throws NotFound, OwnStoreCredit, InsufficientStoreCredit, StoreCreditTooLarge */
  transfer(caller: Caller, from: UserId, to: UserId, { amount, currency }: Money): Promise<LedgerTransactionId> {
    assertOwnOr(caller, from, 'ledger:write', 'user');
    if (from === to)
      throw new ValidationFailed([{ pointer: '/toUserId', code: 'differs', message: 'must be another customer' }]);
    if (to === caller.userId) throw new OwnStoreCredit();
    return this.moved(to, async () => {
      await this.repository.open([to], currency);
      const record = { kind: 'store_credit_transfer', referenceId: newId<'txn'>(), currency } as const;
      const posting = { debit: storeCreditCode(from), credit: storeCreditCode(to), amount } as const;
      const after = { toUserId: encodeId('usr', to), amount, currency };
      this.audit.record({ action: 'store_credit.transferred', target: targetOf(from), after });
      return this.ledger.enter({ ...record, actorId: caller.userId }, [posting]);
    });
  }

  private async matchesLedger(written?: WrittenCredit): Promise<Finding> {
    return together([await this.repository.differing(written), await this.repository.misplaced(written)]);
  }

  private async moved(to: UserId, work: () => Promise<LedgerTransactionId>): Promise<LedgerTransactionId> {
    try {
      return await this.tx.run(work);
    } catch (error) {
      throw storeCreditRefusalOf(error, to);
    }
  }
}

const targetOf = (id: UserId) => ({ type: 'user', id: encodeId('usr', id) });

/** The new rows of store credit; `undefined` in a full proof. */
function writtenIn({ changes }: ProofScope): WrittenCredit | undefined {
  if (!changes) return undefined;
  const rows = (table: string) => changes.rows.get(table)?.ids ?? [];
  return {
    transactions: rows('ledger_entries'),
    accounts: [...rows('ledger_accounts'), ...rows('store_credit_balances')],
  };
}
