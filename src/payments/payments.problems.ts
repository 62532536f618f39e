import type { ProblemDocs } from '../platform/http/index.js';

export const paymentProblems: ProblemDocs = {
  order_declined_too_often: {
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Cancel the order and place a new one, or ask the shop.',
  },
  too_many_declines: {
    status: 429,
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Wait, then pay in another way, or ask the shop. If the payment was sent together with its order, no order was placed.',
  },
  order_not_payable: {
    title: "The order can't be paid",
    help: 'The order costs nothing, is cancelled, expired or already paid, or payments of it in progress cover the rest. In the last case `detail` says so: wait for their outcome, then send the same request again. If the payment was sent together with its order, no order was placed.',
  },
  own_approval: {
    title: 'Not your own request',
    help: 'Nobody decides on what they asked for themselves. A colleague with the permission approvals:decide can.',
  },
  already_decided: {
    title: 'Decided already',
    help: 'A request is decided once; GET /v1/approvals/{id} shows by whom. Ask anew if the refund is still wanted.',
  },
  nothing_to_approve: {
    title: 'Nothing to approve',
    help: 'The cancellation gives no captured money back. Send POST /v1/orders/{id}/cancellation.',
  },
  operation_under_way: {
    title: 'Operation in progress',
    help: 'A payment can have one void at a time, and a refund one attempt at a time. Wait for the outcome of the one in progress.',
  },
  operation_refused: {
    title: 'The provider refused the operation',
    help: 'The provider declined the capture or the cancellation, or never received it: nothing was captured or voided, and the payment is as before. The authorization may have expired, or may have been captured or cancelled at the provider. A repeat with the same Idempotency-Key gets this answer again; for another try, use a new key.',
  },
  captured_once: {
    title: 'An authorization takes one capture',
    help: "The payment's provider takes one capture of an authorization and then releases the rest. The provider was not called. Pay the rest of the order with a new payment.",
  },
  provider_not_configured: {
    title: "The payment's provider is not configured",
    help: "This installation can no longer call the payment's provider. Set the provider's variables again (such as STRIPE_SECRET_KEY or SOAP_GATEWAY_URL) and restart. If PAYMENT_PROVIDERS does not list it, it takes no new payments and finishes its existing ones. `till doctor` counts its open payments.",
  },
  difference_not_postable: {
    title: "The difference can't be posted",
    help: 'Only differences with the reason `foreign` or `unknown_kind` are posted to an account, and a `foreign` one not while Till may have made its payment: when the open payments at its provider have their outcome, reconcile the day again. Correct any other one at its payment or at the provider, then explain or resolve it with a note.',
  },
  difference_posted: {
    title: 'The difference is posted',
    help: 'Each line of a statement is posted once. `GET /v1/ledger/transactions?kind=difference` has the transaction. If it went to the wrong account, post the money from there to another one.',
  },
  webhook_refused: {
    status: 400,
    title: 'The webhook was refused',
    help: 'Its signature matches none of the configured secrets, or it is more than 300 s old. Check the secret on both sides, and both clocks. The provider sends the webhook again.',
  },
};
