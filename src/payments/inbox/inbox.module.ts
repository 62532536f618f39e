import { Module } from '@nestjs/common';
import { LedgerModule } from '../../ledger/index.js';
import { OrdersModule } from '../../orders/index.js';
import { PaymentsModule } from '../payments.module.js';
import { DisputeBooks } from '../disputes/dispute-books.js';
import { DisputeNotices } from '../disputes/dispute-notices.js';
import { ForeignOperations } from './foreign-operations.js';
import { InboxProcessor } from './inbox-processor.js';
import { Inbox } from './inbox.js';
import { InboxRepository } from './inbox.repository.js';
import { Notices } from './notices.js';
import { NoticeDesk } from './notice-desk.js';
import { OperationNotices } from './operation-notices.js';
import { NoticesRepository } from './notices.repository.js';

/** What providers tell of their own accord: kept, then applied. */
@Module({
  imports: [OrdersModule, PaymentsModule, LedgerModule],
  providers: [
    Inbox,
    InboxProcessor,
    InboxRepository,
    Notices,
    NoticeDesk,
    OperationNotices,
    NoticesRepository,
    ForeignOperations,
    DisputeNotices,
    DisputeBooks,
  ],
  exports: [Inbox, InboxProcessor, InboxRepository],
})
export class InboxModule {}
