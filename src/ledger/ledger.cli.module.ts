import { Module } from '@nestjs/common';
import { DatabaseModule } from '../platform/database/index.js';
import { ProofModule } from '../platform/proof/index.js';
import { LedgerModule } from './ledger.module.js';

/** What one-shot commands need of the ledger. */
@Module({ imports: [DatabaseModule, ProofModule, LedgerModule] })
export class LedgerCliModule {}
