import { Module } from '@nestjs/common';
import { AuditModule } from '../platform/audit/index.js';
import { OrdersModule } from '../orders/index.js';
import { PaymentsModule } from '../payments/index.js';
import { TaxModule } from '../tax/index.js';
import { CheckoutController } from './checkout.controller.js';
import { CheckoutReplays } from './checkout.replays.js';
import { CheckoutService } from './checkout.service.js';
import { Placing } from './placing.js';
import { QuotesController } from './quotes.controller.js';

/** Places orders, with or without their first payment. Downstream of orders and payments, which do not depend on it. */
@Module({
  imports: [AuditModule, OrdersModule, PaymentsModule, TaxModule],
  controllers: [CheckoutController, QuotesController],
  providers: [CheckoutService, CheckoutReplays, Placing],
})
export class CheckoutModule {}
