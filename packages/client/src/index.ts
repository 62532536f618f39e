export { createTill, type Till, type TillOptions } from './client.js';
export type { components, operations, paths, webhooks } from './generated/api.js';
export { type LiveMessage, type LiveOptions, UnreadableMessage } from './live.js';
export { pages } from './pages.js';
export { ok, type Problem, type ProblemCode, TillProblem, UnexpectedResponse } from './problem.js';
export type { RetryOptions } from './retry.js';
export type { SecondFactor, Session, Tokens } from './session.js';
export {
  InvalidWebhook,
  type VerifyOptions,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookMessage,
} from './webhooks.js';
