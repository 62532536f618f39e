/** An error of Stripe's API (https://docs.stripe.com/api/errors). */
export class StripeFailure extends Error {
  constructor(
    readonly status: number,
    readonly error: Readonly<Record<string, unknown>> & { readonly type: string; readonly message: string },
    /** Whether the endpoint had begun: then the idempotency key keeps this answer. */
    readonly executed = false,
  ) {
    super(error.message);
  }
}

export function invalidRequest(
  message: string,
  more: Readonly<Record<string, unknown>> = {},
  status = 400,
): StripeFailure {
  const docs = more['code'] ? { doc_url: `https://stripe.com/docs/error-codes/${String(more['code'])}` } : {};
  return new StripeFailure(status, { ...docs, message, type: 'invalid_request_error', ...more });
}

export function missing(what: string, id: string, param: string): StripeFailure {
  return invalidRequest(`No such ${what}: '${id}'`, { code: 'resource_missing', param }, 404);
}
