import { Module } from '@nestjs/common';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { ProofService } from './proof.service.js';

@Module({ providers: [LedgerService, LedgerRepository, ProofService], exports: [LedgerService, ProofService] })
export class LedgerModule {}
