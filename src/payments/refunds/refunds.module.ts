import { Module } from '@nestjs/common';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { IntentsModule } from '../intents/intents.module.js';
import { RefundsService } from './refunds.service.js';

/** Refunds that people request. */
@Module({ imports: [AttemptsModule, IntentsModule], providers: [RefundsService], exports: [RefundsService] })
export class RefundsModule {}
