/**
 * What the model-based test needs of Till, in one place: from the sources here, from the build in `npm run torture`
 * (tools/torture/built-parts.ts), which must list the same files.
 */
export { ApiModule } from '../../src/api.module.js';
export { WorkerModule } from '../../src/worker.module.js';
export { AccessTokens } from '../../src/auth/access-tokens.js';
export { Sealer } from '../../src/ledger/sealer.js';
export { OrdersService } from '../../src/orders/orders.service.js';
export { ClearingRepository } from '../../src/ledger/clearing.repository.js';
export { Reconciler } from '../../src/payments/reconciliation/reconciler.js';
export { AttemptResolver } from '../../src/payments/attempts/attempt-resolver.js';
export { AuthorizationExpiry } from '../../src/payments/captures/authorization-expiry.js';
export { WebhookProcessor } from '../../src/payments/webhooks/webhook-processor.js';
export { SandboxWebhookQueue } from '../../src/payments/providers/sandbox/webhook-queue.repository.js';
export { SandboxWebhookCodec } from '../../src/payments/providers/sandbox/webhook-codec.js';
export { SandboxProvider } from '../../src/payments/providers/sandbox/sandbox.provider.js';
export { DueReturns } from '../../src/payments/returns/funds-return.service.js';
export { sandboxInShop } from '../../src/payments/providers/sandbox/sandbox-tables.js';
export { hostShops } from '../../src/hosted-shops.js';
export { loadConfig } from '../../src/settings.js';
export { inSchema, schemaOf } from '../../src/platform/config/shop.js';
export { createShop } from '../../src/platform/database/shops/create-shop.js';
export { DatabaseUnavailable } from '../../src/platform/database/errors.js';
export { migrate } from '../../src/platform/database/migrate.js';
export { Transaction } from '../../src/platform/database/transaction.js';
export { Deliveries } from '../../src/platform/delivery/deliveries.js';
export { DeliveryLoop } from '../../src/platform/delivery/delivery-loop.js';
export { DeliveryQueues } from '../../src/platform/queue/index.js';
export { Dispatcher } from '../../src/platform/delivery/dispatcher.js';
export { Relay } from '../../src/platform/delivery/relay.js';
export { createHttpApp } from '../../src/platform/http/app.js';
export { currentRequest, inRequest } from '../../src/platform/logging/request-context.js';
export { Clock } from '../../src/shared/clock.js';
