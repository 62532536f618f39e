export { PaymentsCliModule } from './payments.cli.module.js';
export { WebhooksCliModule } from './webhooks/webhooks.cli.module.js';
export { WebhooksRepository, type ReplayRange } from './webhooks/webhooks.repository.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsService } from './intents/payments.service.js';
export { Reconciler } from './reconciliation/reconciler.js';
export { unreachablePayments } from './attempts/unreachable-payments.js';
export { RefundsService } from './refunds/refunds.service.js';
