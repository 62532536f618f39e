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
    description:
      'The state of the resource or the page: send it as `If-None-Match` to read again and, of a single resource with a version, as `If-Match` to change it.',
    schema: { type: 'string' },
    example: '"3-2jmj7l5rSw0yVb_v"',
  },
  Link: {
    description: 'The next page (RFC 8288), unless this is the last one.',
    schema: { type: 'string' },
  },
  CacheControl: {
    description:
      '`no-cache`: a cache may keep the response and must ask each time whether it is current; `no-store`, to a known caller: no cache keeps it.',
    schema: { type: 'string' },
  },
  Location: {
    description: 'The address of what the request created or changed, without the host.',
    schema: { type: 'string' },
    example: '/v1/things/thg_01h455vb4pex5vsknk084sn02q',
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
  'Cache-Control': 'CacheControl',
  Location: 'Location',
  'Idempotent-Replayed': 'IdempotentReplayed',
  'Retry-After': 'RetryAfter',
  'WWW-Authenticate': 'WwwAuthenticate',
};

/** Returns references to the descriptions of these header fields. */
export function headersOf(names: readonly string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${fields[name]}` }]));
}
