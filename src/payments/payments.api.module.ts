import { Module } from '@nestjs/common';
import { CapturesController } from './captures.controller.js';
import { InboxModule } from './inbox/inbox.module.js';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { RefundsController } from './refunds.controller.js';

@Module({
  imports: [PaymentsModule, InboxModule],
  controllers: [PaymentsController, CapturesController, RefundsController, WebhooksController],
})
export class PaymentsApiModule {}
