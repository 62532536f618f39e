export { idempotencyOf, Idempotent } from './idempotent.decorator.js';
export type { IdempotencyOptions } from './idempotency-options.js';
export { isSecretMember, SecretMember } from './secret-member.js';
export type { KeptAnswer, Replays } from './replays.js';
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
  keepSoleAnswer,
} from './idempotent-request.js';
