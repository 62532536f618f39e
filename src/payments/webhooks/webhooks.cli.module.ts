import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/index.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** What one-shot commands need of the inbox. */
@Module({ imports: [DatabaseModule], providers: [WebhooksRepository] })
export class WebhooksCliModule {}
