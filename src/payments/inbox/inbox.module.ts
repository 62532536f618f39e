import { Module } from '@nestjs/common';
import { PaymentsModule } from '../payments.module.js';
import { ForeignOperations } from './foreign-operations.js';
import { InboxProcessor } from './inbox-processor.js';
import { Inbox } from './inbox.js';
import { InboxRepository } from './inbox.repository.js';
import { Notices } from './notices.js';
import { NoticesRepository } from './notices.repository.js';

/** What providers tell of their own accord: kept, then applied. */
@Module({
  imports: [PaymentsModule],
  providers: [Inbox, InboxProcessor, InboxRepository, Notices, NoticesRepository, ForeignOperations],
  exports: [Inbox, InboxProcessor, InboxRepository],
})
export class InboxModule {}
