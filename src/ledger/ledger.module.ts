import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { ChainProof } from './chain.proof.js';
import { ClearingRepository } from './clearing.repository.js';
import { JournalService } from './journal.service.js';
import { LedgerAccountEntity, LedgerRollupEntity, StoreCreditBalanceEntity } from './ledger-account.entity.js';
import { LedgerSealEntity, UnsealedTransactionEntity } from './ledger-seal.entity.js';
import { LedgerEntryEntity, LedgerTransactionEntity } from './ledger-transaction.entity.js';
import { ledgerProblems } from './ledger.problems.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { ProofService } from './proof.service.js';
import { Sealer } from './sealer.js';
import { SealsRepository } from './seals.repository.js';
import { StoreCreditRepository } from './store-credit.repository.js';
import { StoreCreditService } from './store-credit.service.js';
import { TransactionsRepository } from './transactions.repository.js';
import { TransactionsService } from './transactions.service.js';
import { VatReport } from './vat-report.js';

const entities = [
  LedgerAccountEntity,
  LedgerRollupEntity,
  StoreCreditBalanceEntity,
  LedgerTransactionEntity,
  LedgerEntryEntity,
  LedgerSealEntity,
  UnsealedTransactionEntity,
];

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature(entities), ProblemsModule.forFeature(ledgerProblems)],
  providers: [
    LedgerService,
    LedgerRepository,
    AccountsService,
    AccountsRepository,
    TransactionsService,
    TransactionsRepository,
    JournalService,
    StoreCreditService,
    StoreCreditRepository,
    Sealer,
    SealsRepository,
    ChainProof,
    ProofService,
    ClearingRepository,
    VatReport,
  ],
  exports: [
    LedgerService,
    ProofService,
    AccountsService,
    TransactionsService,
    JournalService,
    StoreCreditService,
    Sealer,
    SealsRepository,
    ChainProof,
    ClearingRepository,
    VatReport,
  ],
})
export class LedgerModule {}
