import { Module } from '@nestjs/common';
import { CapturesController } from './captures.controller.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { InboxModule } from './inbox/inbox.module.js';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { ReconciliationsController } from './reconciliation/reconciliations.controller.js';
import { RefundsController } from './refunds.controller.js';
import { TimelineController } from './timeline/timeline.controller.js';

@Module({
  imports: [PaymentsModule, InboxModule],
  controllers: [
    PaymentsController,
    CapturesController,
    RefundsController,
    TimelineController,
    ReconciliationsController,
    WebhooksController,
    DisputesController,
  ],
})
export class PaymentsApiModule {}
