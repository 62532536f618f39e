import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrdersModule } from '../orders/index.js';
import { AuditModule } from '../platform/audit/index.js';
import { ThrottlingModule } from '../platform/throttling/index.js';
import { OrderMessageEntity } from './order-message.entity.js';
import { OrderMessageLimit } from './order-message-limit.js';
import { OrderMessageReplays } from './order-message.replays.js';
import { OrderMessagesController } from './order-messages.controller.js';
import { OrderMessagesRepository } from './order-messages.repository.js';
import { OrderMessagesService } from './order-messages.service.js';

/** What customer and staff write to each other about an order. */
@Module({
  imports: [TypeOrmModule.forFeature([OrderMessageEntity]), AuditModule, ThrottlingModule, OrdersModule],
  controllers: [OrderMessagesController],
  providers: [OrderMessagesService, OrderMessagesRepository, OrderMessageLimit, OrderMessageReplays],
})
export class OrderMessagesApiModule {}
