export { AttemptStarter } from './attempts/attempt-starter.js';
export type { RecordedOrder, StartedAttempt } from './attempts/payment-locks.js';
export type { Payment } from './domain/payment.js';
export { presentPayment } from './intents/payment.presenter.js';
export { isUnderWay } from './intents/payment.replays.js';
export { PaymentStarter } from './intents/payment-starter.js';
export { PaymentTerms, type WantedPayment } from './intents/payment-terms.js';
export { PaymentView } from './intents/payment.view.js';
export { CreatePaymentDto } from './intents/dto/create-payment.dto.js';
export { PaymentsCliModule } from './payments.cli.module.js';
export { WebhooksCliModule } from './webhooks/webhooks.cli.module.js';
export { WebhooksRepository, type ReplayRange } from './webhooks/webhooks.repository.js';
export { PaymentsModule } from './payments.module.js';
export { sandboxInShop } from './providers/sandbox/sandbox-tables.js';
export { providerSettings } from './providers/providers.settings.js';
export { stripeSettings } from './providers/stripe/stripe.settings.js';
export { SUPPORTED_VERSIONS as STRIPE_VERSIONS } from './providers/stripe/versions.js';
export {
  type Unasked as StripeUnasked,
  webhookEndpoints as stripeWebhookEndpoints,
} from './providers/stripe/webhook-endpoints.js';
export { PaymentsService } from './intents/payments.service.js';
export { Reconciler } from './reconciliation/reconciler.js';
export { unreachablePayments } from './attempts/unreachable-payments.js';
export { RefundsService } from './refunds/refunds.service.js';
