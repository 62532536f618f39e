import { Module } from '@nestjs/common';
import { OrdersModule } from '../../orders/index.js';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { CancellationQuotes } from './cancellation-quotes.js';
import { DueReturns, FundsReturn } from './funds-return.service.js';
import { ObligationOutcome } from './obligation-outcome.js';
import { Returnables } from './returnables.js';
import { ReturnSteps } from './return-steps.js';
import { SupersededPayments } from './superseded-payments.js';

/** Money that Till returns by itself. */
@Module({
  imports: [OrdersModule, ProvidersModule, AttemptsModule],
  providers: [
    DueReturns,
    FundsReturn,
    Returnables,
    ReturnSteps,
    ObligationOutcome,
    SupersededPayments,
    CancellationQuotes,
  ],
  exports: [DueReturns, SupersededPayments, CancellationQuotes],
})
export class ReturnsModule {}
