import { Module } from '@nestjs/common';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { JournalService } from './journal.service.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { ProofService } from './proof.service.js';
import { TransactionsRepository } from './transactions.repository.js';
import { TransactionsService } from './transactions.service.js';

@Module({
  providers: [
    LedgerService,
    LedgerRepository,
    AccountsService,
    AccountsRepository,
    TransactionsService,
    TransactionsRepository,
    JournalService,
    ProofService,
  ],
  exports: [LedgerService, ProofService, AccountsService, TransactionsService, JournalService],
})
export class LedgerModule {}
