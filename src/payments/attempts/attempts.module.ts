import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../../ledger/index.js';
import { OrdersModule } from '../../orders/index.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { AttemptEntity } from './attempt.entity.js';
import { AttemptResolver } from './attempt-resolver.js';
import { AttemptRunner } from './attempt-runner.js';
import { AttemptStarter } from './attempt-starter.js';
import { AttemptsRepository } from './attempts.repository.js';
import { EventRecorder } from './event-recorder.js';
import { PaymentModifications } from './modifications.js';
import { OutOfBandOperations } from './out-of-band-operations.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { PaymentEntity } from './payment.entity.js';
import { PaymentLocks } from './payment-locks.js';
import { PaymentPostings } from './payment-postings.js';
import { PaymentsRepository } from './payments.repository.js';
import { ProviderEventEntity } from './provider-event.entity.js';
import { RefundEntity } from './refund.entity.js';
import { RefundLineEntity } from './refund-line.entity.js';
import { RefundLinesRepository } from './refund-lines.repository.js';
import { RefundsRepository } from './refunds.repository.js';
import { StoreCreditPayments } from './store-credit-payments.js';
import { StoreCreditRunner } from './store-credit-runner.js';
import { UnsentAttempts } from './unsent-attempts.js';

/** The engine: one operation at a provider, from its row to its recorded outcome. */
@Module({
  imports: [
    TypeOrmModule.forFeature([PaymentEntity, AttemptEntity, RefundEntity, RefundLineEntity, ProviderEventEntity]),
    OrdersModule,
    LedgerModule,
    ProvidersModule,
  ],
  providers: [
    AttemptStarter,
    AttemptRunner,
    AttemptResolver,
    PaymentModifications,
    OutcomeRecorder,
    EventRecorder,
    OutOfBandOperations,
    UnsentAttempts,
    StoreCreditRunner,
    StoreCreditPayments,
    PaymentLocks,
    PaymentPostings,
    PaymentsRepository,
    AttemptsRepository,
    RefundsRepository,
    RefundLinesRepository,
  ],
  exports: [
    AttemptStarter,
    AttemptResolver,
    PaymentModifications,
    EventRecorder,
    OutOfBandOperations,
    PaymentLocks,
    PaymentPostings,
    PaymentsRepository,
    AttemptsRepository,
    RefundsRepository,
    RefundLinesRepository,
  ],
})
export class AttemptsModule {}
