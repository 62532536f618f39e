import type { ProblemDocs } from './problem-doc.js';

/** Problems that belong to no single module. */
export const generalProblems: ProblemDocs = {
  validation_failed: {
    status: 400,
    title: 'The request is invalid',
    help: 'Each entry of `errors` points (JSON Pointer) at a value and says what is wrong with it; the first twenty are listed. Correct them and send the request again.',
  },
  malformed_request: {
    status: 400,
    title: "The request can't be read",
    help: 'The body must be one JSON value in UTF-8, with the content length it announces.',
  },
  card_number_refused: {
    status: 400,
    title: 'A card number was sent',
    help: 'Till never accepts the number of a payment card, in any field, header or URL. It stored nothing of this request. Send the token that the payment provider issued for the card.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    help: 'Send `Authorization: Bearer <access token>` with a token from POST /v1/auth/login that has not expired.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    help: 'The caller lacks the permission that `detail` names. An administrator can grant it.',
  },
  cross_site_request: {
    status: 403,
    title: 'Sent for a page of another site',
    help: 'A browser sent its cookies for a page whose origin CORS_ORIGINS does not list. List the origin of your own pages; clients without a browser send `Authorization` and no cookies.',
  },
  not_for_api_keys: {
    status: 403,
    title: 'Not for API keys',
    help: 'This is about the account of a person. Sign in as the person and send their access token.',
  },
  recent_sign_in_required: {
    status: 403,
    title: 'This needs a recent sign-in',
    help: '`POST /v1/auth/reauthentication` with `{"password":"..."}`, and `"code"` where there is a second factor, returns an access token with a new time of the sign-in. Then send the request again. `detail` says how old the sign-in may be.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    help: 'There is nothing at this URL that the caller may see. Ids begin with a prefix for their kind: check that the id is of the right kind.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    help: 'The `Allow` header lists the methods of this URL.',
  },
  not_acceptable: {
    status: 406,
    title: 'Not acceptable',
    help: 'Till responds with application/json. Send an `Accept` header that allows it, or none.',
  },
  invalid_transition: {
    title: 'Not possible in this state',
    help: 'Read the resource: its present status does not allow this action.',
  },
  precondition_failed: {
    status: 412,
    title: 'The resource has changed',
    help: 'The `If-Match` header names an older version. Read the resource again, and repeat the change on its present state.',
  },
  payload_too_large: {
    status: 413,
    title: 'Body too large',
    help: 'A body may have at most 64 KiB. Some routes have other limits; their description at `/docs` says so.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    help: 'URL and headers together may have at most 16 KiB. Put long values into the body.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long',
    help: 'Send the whole request within 30 s, and its headers within 10 s.',
  },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', help: 'Send the body as application/json.' },
  idempotency_key_missing: {
    status: 400,
    title: 'Idempotency-Key missing',
    help: 'This request has an effect that must happen once: send an `Idempotency-Key` header of 1 to 255 printable characters, new for each intent and the same for each retry.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'Idempotency-Key invalid',
    help: 'The header takes 1 to 255 printable ASCII characters, bare or as a quoted string.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency-Key used for another request',
    help: 'The key was sent before with another body. Use a new key for a new intent.',
  },
  idempotency_key_in_use: {
    title: 'The first request with this key is still running',
    help: 'Wait for the time in `Retry-After`, then send the same request with the same key.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    help: 'Wait for the time in `Retry-After`. `violated-policies` names the limit, and `RateLimit-Policy` says what it is. `type` is one of those that draft-ietf-httpapi-ratelimit-headers-11 registers.',
  },
  proof_busy: {
    status: 503,
    title: 'A proof is in progress',
    help: 'Another process is running a proof, and only one runs at a time. Wait for the time in `Retry-After`, then try again.',
  },
  unknown_shop: {
    status: 404,
    title: 'No such shop',
    help: 'The host name, the header `Till-Shop` or the API key names a shop that this installation does not have. `till shops list` shows those that it has.',
  },
  contradictory_shop: {
    status: 400,
    title: 'Two shops named',
    help: 'The host name says one shop and the header `Till-Shop` another. Use the host name of the shop that you mean, and leave the header out.',
  },
  shop_unavailable: {
    status: 503,
    title: "The shop can't be served now",
    help: 'The process could not start this shop: its settings are not complete, its tables are not those of this build, or too many other shops are in use. `detail` says which; the log of the process says more. Other shops are served.',
  },
  shop_suspended: {
    status: 503,
    title: 'The shop is suspended',
    help: 'The operator has suspended this shop (`till shops suspend`). Nothing is lost; it serves again after `till shops resume`.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database does not answer',
    help: 'Till continues when the database is back. Repeat the request with the same Idempotency-Key.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    help: 'Nothing was done. Wait for the time in `Retry-After`, then send the request again.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong in Till',
    help: 'The log has the cause with the request id. Repeat the request with the same Idempotency-Key. If the error remains, report it.',
  },
};
