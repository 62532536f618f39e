import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../platform/database/index.js';
import { InboxRepository } from './inbox.repository.js';

/** What one-shot commands need of the inbox. */
@Module({ imports: [DatabaseModule], providers: [InboxRepository] })
export class InboxCliModule {}
