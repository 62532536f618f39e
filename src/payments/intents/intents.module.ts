import { Module } from '@nestjs/common';
import { OrdersModule } from '../../orders/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { PaymentStarter } from './payment-starter.js';
import { PaymentTerms } from './payment-terms.js';
import { PaymentsProof } from './payments.proof.js';
import { PaymentsService } from './payments.service.js';

/** Paying, and reading payments. */
@Module({
  imports: [OrdersModule, ProvidersModule, AttemptsModule],
  providers: [PaymentsService, PaymentStarter, PaymentTerms, PaymentsProof],
  exports: [PaymentsService, PaymentStarter, PaymentTerms],
})
export class IntentsModule {}
