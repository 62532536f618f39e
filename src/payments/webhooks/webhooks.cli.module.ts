import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { lockOrder } from '../../lock-order.js';
import { DatabaseModule } from '../../platform/database/index.js';
import { WebhookEntity } from './webhook.entity.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Webhooks for one-shot commands. */
@Module({
  imports: [DatabaseModule.forRoot({ lockOrder }), TypeOrmModule.forFeature([WebhookEntity])],
  providers: [WebhooksRepository],
})
export class WebhooksCliModule {}
