interface ProblemDoc {
  readonly title: string;
  readonly help: string;
}

/** Every code a problem may carry (RFC 9457, section 3.1.1: `type` leads to this text). */
export const problemCatalog: Readonly<Record<string, ProblemDoc>> = {
  validation_failed: {
    title: 'The request is invalid',
    help: 'Each entry of `errors` points (JSON Pointer) at a value and says what is wrong with it; the first twenty are listed. Correct them and send the request again.',
  },
  malformed_request: {
    title: 'The request can not be read',
    help: 'The body must be one JSON value in UTF-8, with the content length it announces.',
  },
  card_number_refused: {
    title: 'A card number was sent',
    help: 'Till never takes the number of a payment card, in no field, header or address, and kept nothing of this request. Send the token that the payment provider made of the card.',
  },
  unauthenticated: {
    title: 'Sign in first',
    help: 'Send `Authorization: Bearer <access token>` with a token from POST /v1/auth/login that has not expired.',
  },
  invalid_credentials: {
    title: 'E-mail address or password is wrong',
    help: 'Check both. The answer is the same whether or not the account exists.',
  },
  forbidden: {
    title: 'Not allowed',
    help: 'The caller lacks the permission that `detail` names. An administrator can give it.',
  },
  not_found: {
    title: 'Not found',
    help: 'There is nothing at this address that the caller may see. Ids have a prefix (`ord_`, `pay_`): check that it is of the right kind.',
  },
  method_not_allowed: { title: 'Method not allowed', help: 'The `Allow` header lists the methods of this address.' },
  not_acceptable: {
    title: 'Not acceptable',
    help: 'Till answers in application/json; send an `Accept` header that allows it, or none.',
  },
  conflict: {
    title: 'Conflict',
    help: 'The request does not fit the present state. Read the resource and decide again.',
  },
  email_taken: { title: 'E-mail address already registered', help: 'Sign in instead, or use another address.' },
  own_roles: {
    title: 'Nobody changes their own roles',
    help: 'Ask another administrator. So the last one can not lock everybody out.',
  },
  own_status: {
    title: 'Nobody disables their own account',
    help: 'Ask another administrator. So nobody locks themselves out by mistake.',
  },
  sku_taken: {
    title: 'SKU already in use',
    help: 'Each SKU names one product. Change that product, or choose another SKU.',
  },
  insufficient_stock: {
    title: 'Not enough stock',
    help: 'Nothing was reserved. `errors` names the lines; lower their quantities or wait for stock.',
  },
  product_unavailable: {
    title: 'Product can not be ordered',
    help: 'A line names a product that does not exist, is archived or has a price in another currency.',
  },
  too_many_unpaid_orders: {
    title: 'Too many unpaid orders',
    help: 'Nothing was reserved. Pay or cancel one of your orders; an unpaid one also ends by itself when its reservation runs out.',
  },
  too_many_pieces_held: {
    title: 'Too many pieces held without payment',
    help: 'Nothing was reserved. Order fewer pieces of the product at a time, or pay for those that are reserved. For larger orders, ask the shop.',
  },
  order_declined_too_often: {
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Cancel the order and place a new one, or ask the shop.',
  },
  too_many_declines: {
    title: 'Too many declined payments',
    help: 'The provider was not asked again. Wait, then pay in another way, or ask the shop.',
  },
  invalid_transition: {
    title: 'Not possible in this state',
    help: 'Read the resource: its status has moved on, or has not come this far.',
  },
  order_not_payable: {
    title: 'The order can not be paid',
    help: 'It is cancelled, expired, or already paid or being paid in full. While it is being paid, `detail` says so: wait for the outcome, then send the same request again.',
  },
  amount_too_large: {
    title: 'Amount too large',
    help: 'The amount is more than what is left. `detail` says how much that is.',
  },
  unknown_provider: {
    title: 'Unknown payment provider',
    help: 'Use one of the providers that take payments here; `sandbox` is there in development; PAYMENT_PROVIDERS lists them.',
  },
  provider_not_configured: {
    title: "The payment's provider is not configured",
    help: 'The payment was made at a provider that this installation can no longer call. Set its variables again (STRIPE_SECRET_KEY, SOAP_GATEWAY_URL and what belongs to them) and restart: without PAYMENT_PROVIDERS listing it, it takes no new payments and finishes those it has. `till doctor` counts what is open there.',
  },
  webhook_refused: {
    title: 'The webhook was not taken',
    help: 'Its signature fits none of the secrets in use, or it is more than 300 s old. Check the secret on both sides, and both clocks; the provider sends it again.',
  },
  order_not_paid: {
    title: 'Order not paid',
    help: 'Its money has gone back, was given up, or is not enough for these goods. Have it paid, or cancel what is not paid for.',
  },
  order_not_captured: {
    title: 'Order not captured',
    help: 'An authorization runs out, so goods leave once their money is captured: POST /v1/payments/:id/captures, then ship. Goods may be captured and shipped in parts.',
  },
  order_disputed: {
    title: 'Order in dispute',
    help: 'The customer disputes a payment of this order, or a dispute of it was lost. Wait until the dispute is won, or send `overrideDispute: true`, which needs the permission `orders:override_dispute`.',
  },
  operation_under_way: {
    title: 'Operation under way',
    help: 'A payment has one void, and a refund one attempt, at a time. Wait for the outcome of the one that has begun.',
  },
  refund_in_progress: {
    title: 'Refund in progress',
    help: 'A refund or a void of the order has begun and its outcome is not known yet. Try again once it is.',
  },
  order_partly_shipped: {
    title: 'A part of the order has been shipped',
    help: 'Customers cancel an order as long as nothing of it has left. Staff (`orders:write`) can cancel what is left of it.',
  },
  nothing_to_cancel: {
    title: 'Nothing to cancel',
    help: 'Those pieces were shipped or cancelled before, or are no part of the order. Nothing was changed.',
  },
  nothing_to_fulfill: {
    title: 'Nothing to fulfil',
    help: 'Those lines are already fulfilled or cancelled, or the quantity is more than what is left of them.',
  },
  insufficient_store_credit: {
    title: 'Not enough store credit',
    help: 'Nothing was taken. GET /v1/users/me/store-credit says what there is; use less, or pay the rest another way.',
  },
  store_credit_too_large: {
    title: 'Too much store credit',
    help: 'A customer holds 999,999,999,999 minor units of one currency at most. Nothing was given.',
  },
  already_reversed: {
    title: 'Already reversed',
    help: 'A ledger transaction is reversed once; `reversedBy` names the reversal. Post what is right as a new transaction.',
  },
  not_reversible: {
    title: 'Can not be reversed',
    help: 'What belongs to a payment is corrected there, for example by a refund, so that payments and books stay together. A reversal is not reversed: post anew.',
  },
  ledger_reference_taken: {
    title: 'Reference already posted',
    help: 'Each `reference` is posted once, so that no line of a statement is booked twice. Look the transaction up before posting again.',
  },
  precondition_failed: {
    title: 'The resource has changed',
    help: 'The `If-Match` header names an older version. Read the resource again and repeat the change on what it says now.',
  },
  payload_too_large: {
    title: 'Body too large',
    help: 'A body may have 64 KiB at most; an order 256 KiB, a webhook 1 MiB.',
  },
  headers_too_large: {
    title: 'Headers too large',
    help: 'Address and headers together may have 16 KiB at most. Long values belong into the body.',
  },
  request_timeout: {
    title: 'The request took too long',
    help: 'Send the whole request within 30 s, its head within 10 s.',
  },
  unsupported_media_type: { title: 'Unsupported media type', help: 'Send the body as application/json.' },
  idempotency_key_missing: {
    title: 'Idempotency-Key missing',
    help: 'This request moves money or stock: send an `Idempotency-Key` header of 1 to 255 printable characters, new for each intent and the same for each retry.',
  },
  idempotency_key_invalid: {
    title: 'Idempotency-Key invalid',
    help: 'The header takes 1 to 255 printable ASCII characters, bare or as a quoted string.',
  },
  idempotency_key_reused: {
    title: 'Idempotency-Key used for another request',
    help: 'The key was sent before with another body. Use a new key for a new intent.',
  },
  idempotency_key_in_use: {
    title: 'The first request with this key still runs',
    help: 'Wait for the time in `Retry-After`, then send the same request with the same key.',
  },
  rate_limited: { title: 'Too many requests', help: 'Wait for the time in `Retry-After`.' },
  proof_busy: {
    title: 'A proof is under way',
    help: 'Another process recomputes the ledger, and one at a time is enough. Wait for the time in `Retry-After`, then ask again.',
  },
  database_unavailable: {
    title: 'The database does not answer',
    help: 'Till resumes by itself when the database is back. Repeat the request with the same Idempotency-Key.',
  },
  overloaded: {
    title: 'Too much to do at once',
    help: 'Nothing was done. Wait for the time in `Retry-After`, then send the request again.',
  },
  internal_error: {
    title: 'Something went wrong in Till',
    help: 'The request id is in the log beside the cause. Repeat the request with the same Idempotency-Key; if it stays, report it.',
  },
};

export function titleOf(code: string): string {
  return problemCatalog[code]?.title ?? code;
}
