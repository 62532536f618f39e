export { PaymentsCliModule } from './payments.cli.module.js';
export { InboxCliModule } from './inbox/inbox.cli.module.js';
export { InboxRepository, type ReplayRange } from './inbox/inbox.repository.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsService } from './payments.service.js';
export { Reconciler } from './reconciliation/reconciler.js';
export { unreachablePayments } from './unreachable-payments.js';
export { RefundsService } from './refunds.service.js';
