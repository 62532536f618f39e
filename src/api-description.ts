/** What the API's description says of it as a whole, in Markdown. */
export const apiDescription = [
  'Orders, stock, payments and a double-entry ledger.',
  'Sign in at POST /v1/auth/login and send the access token as a bearer token.',
  'Every POST that moves money or stock takes an Idempotency-Key: a new one for each intent, the same for each retry.',
].join('\n\n');
