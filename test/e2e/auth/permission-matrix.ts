/**
 * Who asks: nobody, the customer to whom the thing belongs, another customer, staff by role, and an administrator's API key without
 * the operation's permission as its scope (of an operation without one: with another scope), and with it.
 */
export const columns = [
  'anonymous',
  'customer',
  'other',
  'support',
  'catalog_manager',
  'finance',
  'admin',
  'keyWithout',
  'keyWith',
] as const;
export type Column = (typeof columns)[number];

/** The status that each caller gets from each operation, in the order of `columns`. */
export const matrix: Readonly<Record<string, readonly number[]>> = {
  // For everybody.
  'POST /v1/auth/register': [201, 201, 201, 201, 201, 201, 201, 201, 201],
  'POST /v1/auth/login': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  // The token in the body is none.
  'POST /v1/auth/refresh': [401, 401, 401, 401, 401, 401, 401, 401, 401],
  'POST /v1/auth/mfa/challenge': [401, 401, 401, 401, 401, 401, 401, 401, 401],
  'POST /v1/auth/logout': [204, 204, 204, 204, 204, 204, 204, 204, 204],
  'POST /v1/auth/password/forgot': [204, 204, 204, 204, 204, 204, 204, 204, 204],
  'POST /v1/auth/password/reset': [400, 400, 400, 400, 400, 400, 400, 400, 400],
  'POST /v1/auth/email/verification/confirmation': [400, 400, 400, 400, 400, 400, 400, 400, 400],
  'POST /v1/auth/email-change/confirmation': [400, 400, 400, 400, 400, 400, 400, 400, 400],
  'POST /v1/auth/email-change/undo': [400, 400, 400, 400, 400, 400, 400, 400, 400],
  'GET /v1/auth/providers': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  // There is no such provider: test/e2e/auth/identities.spec.ts has some.
  'POST /v1/auth/providers/{provider}/authorizations': [404, 404, 404, 404, 404, 404, 404, 404, 404],
  'POST /v1/auth/providers/{provider}/sign-ins': [404, 404, 404, 404, 404, 404, 404, 404, 404],
  'GET /.well-known/jwks.json': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  'GET /status': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  'POST /v1/providers/{provider}/webhooks': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  'GET /v1/products': [200, 200, 200, 200, 200, 200, 200, 200, 200],
  'GET /v1/products/{id}': [200, 200, 200, 200, 200, 200, 200, 200, 200],

  // For everybody who is signed in, about themselves or about what is theirs.
  'POST /v1/auth/email/verification': [401, 204, 204, 204, 204, 204, 204, 403, 403],
  'POST /v1/users/me/email-change': [401, 204, 204, 204, 204, 204, 204, 403, 403],
  // The present password is wrong.
  'POST /v1/auth/password/change': [401, 400, 400, 400, 400, 400, 400, 403, 403],
  // The password is wrong.
  'POST /v1/auth/reauthentication': [401, 401, 401, 401, 401, 401, 401, 403, 403],
  'GET /v1/auth/mfa': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'POST /v1/auth/mfa/totp': [401, 201, 201, 201, 201, 201, 201, 403, 403],
  // The code is none, so no account gets a factor.
  'POST /v1/auth/mfa/totp/confirmation': [401, 400, 400, 400, 400, 400, 400, 403, 403],
  'DELETE /v1/auth/mfa/totp': [401, 409, 409, 409, 409, 409, 409, 403, 403],
  'POST /v1/auth/mfa/recovery-codes': [401, 409, 409, 409, 409, 409, 409, 403, 403],
  'GET /v1/auth/sessions': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  // Nobody ends the sessions of somebody else.
  'DELETE /v1/auth/sessions/{id}': [401, 204, 404, 404, 404, 404, 404, 403, 403],
  'GET /v1/auth/identities': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'POST /v1/auth/identities/authorizations': [401, 404, 404, 404, 404, 404, 404, 403, 403],
  // The flow is unknown.
  'POST /v1/auth/identities': [401, 401, 401, 401, 401, 401, 401, 403, 403],
  'DELETE /v1/auth/identities/{id}': [401, 204, 404, 404, 404, 404, 404, 403, 403],
  'GET /v1/permissions': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'GET /v1/users/me': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'PATCH /v1/users/me': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'GET /v1/users/me/export': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  // The password is wrong.
  'DELETE /v1/users/me': [401, 400, 400, 400, 400, 400, 400, 403, 403],
  'GET /v1/users/me/store-credit': [401, 200, 200, 200, 200, 200, 200, 403, 403],
  'GET /v1/orders': [401, 200, 200, 200, 200, 200, 200, 403, 200],
  'GET /v1/payments': [401, 200, 200, 200, 200, 200, 200, 403, 200],

  // For those to whom the thing belongs, and for staff.
  'GET /v1/users/{id}': [401, 200, 404, 200, 404, 404, 200, 403, 200],
  'GET /v1/users/{id}/store-credit': [401, 200, 404, 404, 404, 200, 200, 403, 200],
  'POST /v1/users/{id}/store-credit-transfers': [401, 201, 404, 404, 404, 201, 201, 403, 201],
  'POST /v1/quotes': [401, 200, 403, 200, 403, 403, 200, 403, 200],
  'POST /v1/orders': [401, 201, 403, 201, 403, 403, 201, 403, 201],
  'GET /v1/orders/{id}': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'POST /v1/orders/{id}/cancellation': [401, 201, 404, 201, 404, 404, 201, 403, 201],
  'GET /v1/orders/{id}/fulfillments': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/orders/{id}/timeline': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/orders/{id}/payments': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'POST /v1/orders/{id}/payments': [401, 201, 404, 201, 404, 404, 201, 403, 201],
  'GET /v1/payments/{id}': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/payments/{id}/refunds': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/payments/{id}/disputes': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/refunds/{id}': [401, 200, 404, 200, 404, 200, 200, 403, 200],
  'GET /v1/disputes/{id}': [401, 200, 404, 200, 404, 200, 200, 403, 200],

  // For staff.
  'GET /v1/roles': [401, 403, 403, 200, 403, 403, 200, 403, 200],
  'POST /v1/roles': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'GET /v1/roles/{name}': [401, 403, 403, 200, 403, 403, 200, 403, 200],
  'PATCH /v1/roles/{name}': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'DELETE /v1/roles/{name}': [401, 403, 403, 403, 403, 403, 204, 403, 204],
  'GET /v1/audit-log': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'GET /v1/dead-letters': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'POST /v1/dead-letters/{id}/retries': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'GET /v1/events': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  'GET /v1/events/{id}': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  'GET /v1/webhook-endpoints': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'POST /v1/webhook-endpoints': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'GET /v1/webhook-endpoints/{id}': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'PATCH /v1/webhook-endpoints/{id}': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'DELETE /v1/webhook-endpoints/{id}': [401, 403, 403, 403, 403, 403, 204, 403, 204],
  'POST /v1/webhook-endpoints/{id}/secret-rotations': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'POST /v1/webhook-endpoints/{id}/pings': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'POST /v1/webhook-endpoints/{id}/replays': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'GET /v1/webhook-endpoints/{id}/deliveries': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'GET /v1/webhook-deliveries/{id}': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'POST /v1/webhook-deliveries/{id}/redeliveries': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  // No key makes keys.
  'GET /v1/api-keys': [401, 403, 403, 403, 403, 403, 200, 403, 403],
  'POST /v1/api-keys': [401, 403, 403, 403, 403, 403, 201, 403, 403],
  'GET /v1/api-keys/{id}': [401, 403, 403, 403, 403, 403, 200, 403, 403],
  // The key is another administrator's: only its owner rotates it.
  'POST /v1/api-keys/{id}/rotation': [401, 403, 403, 403, 403, 403, 403, 403, 403],
  'DELETE /v1/api-keys/{id}': [401, 403, 403, 403, 403, 403, 204, 403, 403],
  'GET /v1/users': [401, 403, 403, 200, 403, 403, 200, 403, 200],
  'POST /v1/users': [401, 403, 403, 403, 403, 403, 201, 403, 201],
  'GET /v1/users/{id}/export': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'DELETE /v1/users/{id}': [401, 403, 403, 403, 403, 403, 204, 403, 204],
  'PATCH /v1/users/{id}': [401, 403, 403, 403, 403, 403, 200, 403, 200],
  'POST /v1/users/{id}/store-credit-grants': [401, 403, 403, 403, 403, 201, 201, 403, 201],
  'POST /v1/products': [401, 403, 403, 403, 201, 403, 201, 403, 201],
  'PATCH /v1/products/{id}': [401, 403, 403, 403, 200, 403, 200, 403, 200],
  'DELETE /v1/products/{id}': [401, 403, 403, 403, 204, 403, 204, 403, 204],
  'POST /v1/products/{id}/stock-adjustments': [401, 403, 403, 403, 201, 403, 201, 403, 201],
  'GET /v1/products/{id}/stock-movements': [401, 403, 403, 200, 200, 403, 200, 403, 200],
  'POST /v1/orders/{id}/fulfillments': [401, 403, 403, 201, 403, 403, 201, 403, 201],
  'POST /v1/payments/{id}/captures': [401, 403, 403, 201, 403, 201, 201, 403, 201],
  'POST /v1/payments/{id}/cancellation': [401, 403, 403, 201, 403, 201, 201, 403, 201],
  'POST /v1/payments/{id}/refunds': [401, 403, 403, 403, 403, 201, 201, 403, 201],
  'GET /v1/refunds': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  'GET /v1/disputes': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  // The refund succeeded before, so whoever may try again is told so.
  'POST /v1/refunds/{id}/retries': [401, 403, 403, 403, 403, 409, 409, 403, 409],
  'POST /v1/orders/{id}/cancellation-requests': [401, 403, 403, 201, 403, 403, 201, 403, 201],
  'GET /v1/approvals': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  'POST /v1/approvals': [401, 403, 403, 403, 403, 201, 201, 403, 201],
  'GET /v1/approvals/{id}': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  // The second person is a person.
  'POST /v1/approvals/{id}/decision': [401, 403, 403, 403, 403, 201, 201, 403, 403],
  'GET /v1/ledger/accounts': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/ledger/accounts/{id}': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/ledger/accounts/{id}/entries': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/ledger/proof': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/search': [401, 403, 403, 200, 403, 200, 200, 403, 200],
  'GET /v1/reports/vat': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/promotions': [401, 403, 403, 200, 200, 200, 200, 403, 200],
  'GET /v1/promotions/{id}': [401, 403, 403, 200, 200, 200, 200, 403, 200],
  'POST /v1/promotions': [401, 403, 403, 403, 201, 403, 201, 403, 201],
  'PATCH /v1/promotions/{id}': [401, 403, 403, 403, 200, 403, 200, 403, 200],
  'DELETE /v1/promotions/{id}': [401, 403, 403, 403, 204, 403, 204, 403, 204],
  'GET /v1/tax-rates': [401, 403, 403, 200, 200, 200, 200, 403, 200],
  'GET /v1/ledger/transactions': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'POST /v1/ledger/transactions': [401, 403, 403, 403, 403, 201, 201, 403, 201],
  'GET /v1/ledger/transactions/{id}': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'POST /v1/ledger/transactions/{id}/reversals': [401, 403, 403, 403, 403, 201, 201, 403, 201],
  'GET /v1/reconciliations': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/reconciliations/{id}': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  'GET /v1/reconciliations/{id}/differences': [401, 403, 403, 403, 403, 200, 200, 403, 200],
  // Its money is known, so whoever may post it is told so.
  'POST /v1/reconciliations/{id}/postings': [401, 403, 403, 403, 403, 409, 409, 403, 409],
  // It is explained once.
  'POST /v1/reconciliations/{id}/resolutions': [401, 403, 403, 403, 403, 201, 409, 403, 409],

  // The last one, since it signs everybody out.
  'DELETE /v1/auth/sessions': [401, 204, 204, 204, 204, 204, 204, 403, 403],
};
