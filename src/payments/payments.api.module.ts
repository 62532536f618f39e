import { Module } from '@nestjs/common';
import { CapturesController } from './captures.controller.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { RefundsController } from './refunds.controller.js';

@Module({ imports: [PaymentsModule], controllers: [PaymentsController, CapturesController, RefundsController] })
export class PaymentsApiModule {}
