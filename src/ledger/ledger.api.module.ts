import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { JournalController } from './journal.controller.js';
import { LedgerModule } from './ledger.module.js';
import { ProofController } from './proof.controller.js';
import { StoreCreditController } from './store-credit.controller.js';
import { TransactionsController } from './transactions.controller.js';
import { VatReportController } from './vat-report.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [
    AccountsController,
    TransactionsController,
    JournalController,
    StoreCreditController,
    ProofController,
    VatReportController,
  ],
})
export class LedgerApiModule {}
