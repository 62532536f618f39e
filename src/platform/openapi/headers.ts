/** Headers of responses that several operations send. Names of the components are what generated clients see. */
export const headers = {
  RequestId: {
    description: 'The id of the request, as sent by the client or made by Till; it is in every line of the log.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description: 'What is left of each limit and for how many seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string' },
    example: '"address";r=598;t=60',
  },
  RateLimitPolicy: {
    description: 'Each limit: its requests (q) in a window of so many seconds (w).',
    schema: { type: 'string' },
    example: '"address";q=600;w=60',
  },
  ETag: {
    description: 'The version of the resource: send it as `If-None-Match` to read again, as `If-Match` to change.',
    schema: { type: 'string' },
    example: '"3-2jmj7l5rSw0yVb_v"',
  },
  Link: {
    description: 'The next page (RFC 8288), unless this is the last one.',
    schema: { type: 'string' },
  },
  IdempotentReplayed: {
    description: 'That the response is the stored one of an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  RetryAfter: {
    description: 'After how many seconds the same request may be sent again, with the same `Idempotency-Key`.',
    schema: { type: 'integer', minimum: 0 },
  },
  WwwAuthenticate: {
    description: 'The scheme of authentication (RFC 6750).',
    schema: { type: 'string' },
    example: 'Bearer',
  },
} as const;

const fields: Readonly<Record<string, keyof typeof headers>> = {
  'X-Request-Id': 'RequestId',
  RateLimit: 'RateLimit',
  'RateLimit-Policy': 'RateLimitPolicy',
  ETag: 'ETag',
  Link: 'Link',
  'Idempotent-Replayed': 'IdempotentReplayed',
  'Retry-After': 'RetryAfter',
  'WWW-Authenticate': 'WwwAuthenticate',
};

/** Returns references to the descriptions of these header fields. */
export function headersOf(names: readonly string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${fields[name]}` }]));
}
