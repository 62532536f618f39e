import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/index.js';
import { CapturesController } from './captures.controller.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { InboxModule } from './inbox/inbox.module.js';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { PaymentReplays, RefundReplays } from './payment.replays.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { ReconciliationsController } from './reconciliation/reconciliations.controller.js';
import { RefundsController } from './refunds.controller.js';
import { TimelineController } from './timeline/timeline.controller.js';

@Module({
  imports: [PaymentsModule, OrdersModule, InboxModule],
  controllers: [
    PaymentsController,
    CapturesController,
    RefundsController,
    TimelineController,
    ReconciliationsController,
    WebhooksController,
    DisputesController,
  ],
  providers: [PaymentReplays, RefundReplays],
})
export class PaymentsApiModule {}
