import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/index.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { CancellationRequestsController } from './approvals/cancellation-requests.controller.js';
import { CancellationQuotesController } from './returns/cancellation-quotes.controller.js';
import { CapturesController } from './captures/captures.controller.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { PaymentReplays } from './intents/payment.replays.js';
import { RefundReplays, RetryReplays } from './refunds/refund.replays.js';
import { PaymentsController } from './intents/payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { ReconciliationsController } from './reconciliation/reconciliations.controller.js';
import { RefundQuotesController } from './refunds/refund-quotes.controller.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

@Module({
  imports: [PaymentsModule, OrdersModule],
  controllers: [
    PaymentsController,
    CapturesController,
    RefundsController,
    RefundQuotesController,
    CancellationQuotesController,
    ApprovalsController,
    CancellationRequestsController,
    ReconciliationsController,
    WebhooksController,
    DisputesController,
  ],
  providers: [PaymentReplays, RefundReplays, RetryReplays],
})
export class PaymentsApiModule {}
