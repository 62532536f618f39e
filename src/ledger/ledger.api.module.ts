import { Module } from '@nestjs/common';
import { LedgerModule } from './ledger.module.js';
import { ProofController } from './proof.controller.js';

@Module({ imports: [LedgerModule], controllers: [ProofController] })
export class LedgerApiModule {}
