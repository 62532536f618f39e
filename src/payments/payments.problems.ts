import type { ProblemDocs } from '../platform/http/index.js';

export const paymentProblems: ProblemDocs = {
  order_declined_too_often: {
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Cancel the order and place a new one, or ask the shop.',
  },
  too_many_declines: {
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Wait, then pay in another way, or ask the shop.',
  },
  order_not_payable: {
    title: 'The order can not be paid',
    help: 'It is cancelled, expired, or already paid or being paid in full. While it is being paid, `detail` says so: wait for the outcome, then send the same request again.',
  },
  operation_under_way: {
    title: 'Operation under way',
    help: 'A payment has one void, and a refund one attempt, at a time. Wait for the outcome of the one that has begun.',
  },
  provider_not_configured: {
    title: "The payment's provider is not configured",
    help: 'The payment was made at a provider that this installation can no longer call. Set its variables again (STRIPE_SECRET_KEY, SOAP_GATEWAY_URL and what belongs to them) and restart: without PAYMENT_PROVIDERS listing it, it takes no new payments and finishes those it has. `till doctor` counts what is open there.',
  },
  webhook_refused: {
    title: 'The webhook was not taken',
    help: 'Its signature fits none of the secrets in use, or it is more than 300 s old. Check the secret on both sides, and both clocks; the provider sends it again.',
  },
};
