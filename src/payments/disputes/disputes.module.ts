import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../../ledger/index.js';
import { OrdersModule } from '../../orders/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { IntentsModule } from '../intents/intents.module.js';
import { DisputeRecorder } from './dispute-recorder.js';
import { DisputeEntity } from './dispute.entity.js';
import { DisputesProof } from './disputes.proof.js';
import { DisputesRepository } from './disputes.repository.js';
import { DisputesService } from './disputes.service.js';

/** Disputes, in which shoppers ask their bank for the money back. */
@Module({
  imports: [TypeOrmModule.forFeature([DisputeEntity]), OrdersModule, LedgerModule, AttemptsModule, IntentsModule],
  providers: [DisputesService, DisputesRepository, DisputeRecorder, DisputesProof],
  exports: [DisputesService, DisputesRepository, DisputeRecorder],
})
export class DisputesModule {}
