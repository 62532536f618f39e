import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../platform/audit/index.js';
import { LedgerModule } from '../../ledger/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ComparedEntries } from './compared-entries.js';
import { DifferenceEntity } from './difference.entity.js';
import { DifferencePostings } from './difference-postings.js';
import { DifferencesRepository } from './differences.repository.js';
import { Reconciler } from './reconciler.js';
import { ReconciliationRecorder } from './reconciliation-recorder.js';
import { ReconciliationEntity } from './reconciliation.entity.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';
import { ReconciliationsService } from './reconciliations.service.js';
import { ResolutionEntity } from './resolution.entity.js';
import { ReturnedRefunds } from './returned-refunds.js';
import { StatementLines } from './statement-lines.js';
import { StatementPosting } from './statement-posting.js';
import { StatementPostingEntity } from './statement-posting.entity.js';
import { StatementPostingsRepository } from './statement-postings.repository.js';
import { StatementTotalEntity } from './total.entity.js';
import { StatementsProof } from './statements.proof.js';

/** Compares providers' statements with the ledger line by line. */
@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([
      ReconciliationEntity,
      DifferenceEntity,
      ResolutionEntity,
      StatementTotalEntity,
      StatementPostingEntity,
    ]),
    AttemptsModule,
    LedgerModule,
    ProvidersModule,
  ],
  providers: [
    Reconciler,
    ReconciliationRecorder,
    ReconciliationsService,
    ReconciliationsRepository,
    DifferencesRepository,
    StatementLines,
    ComparedEntries,
    StatementPosting,
    StatementPostingsRepository,
    ReturnedRefunds,
    DifferencePostings,
    StatementsProof,
  ],
  exports: [Reconciler, ReconciliationsService, DifferencePostings, ReconciliationsRepository, DifferencesRepository],
})
export class ReconciliationModule {}
