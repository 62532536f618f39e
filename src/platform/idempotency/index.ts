export { Idempotent } from './idempotency.interceptor.js';
export { IdempotencyModule } from './idempotency.module.js';
export { IdempotencyStore } from './idempotency.store.js';
export {
  assertSameRequest,
  assertUnanswered,
  currentIdempotentRequest,
  IdempotencyKeyInUse,
  IdempotencyKeyInvalid,
  type IdempotentRequest,
  keepAnswer,
  validateUnanswered,
} from './idempotent-request.js';
