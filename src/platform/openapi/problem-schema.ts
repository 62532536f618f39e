import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const violation: Schema = {
  type: 'object',
  required: ['pointer', 'code', 'message'],
  properties: {
    pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) to the value', example: '/lines/0/quantity' },
    code: { type: 'string', example: 'min' },
    message: { type: 'string', example: 'quantity must not be less than 1' },
  },
};

/** The body of every error response. */
export const problemSchema: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'https://shop.example/problems/precondition_failed' },
    title: { type: 'string', example: 'The resource has changed' },
    status: { type: 'integer', example: 412 },
    detail: { type: 'string' },
    instance: { type: 'string', example: '/v1/users/me' },
    code: { type: 'string', description: 'Stable; documented at `/problems/<code>`', example: 'precondition_failed' },
    requestId: { type: 'string', description: 'Also in the X-Request-Id header and in the log' },
    errors: { type: 'array', items: violation },
    'violated-policies': {
      type: 'array',
      items: { type: 'string' },
      description: 'Of a rate limit: the names of the limits that the request exceeds',
    },
  },
};
