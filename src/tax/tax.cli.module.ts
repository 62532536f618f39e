import { Module } from '@nestjs/common';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule } from '../platform/database/index.js';
import { TaxModule } from './tax.module.js';

/** Taxes for one-shot commands. */
@Module({ imports: [DatabaseModule.forRoot({ lockOrder }), TaxModule] })
export class TaxCliModule {}
