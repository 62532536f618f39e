import { Module } from '@nestjs/common';
import { PaymentsController } from './payments.controller.js';
import { PaymentsModule } from './payments.module.js';
import { RefundsController } from './refunds.controller.js';

@Module({ imports: [PaymentsModule], controllers: [PaymentsController, RefundsController] })
export class PaymentsApiModule {}
