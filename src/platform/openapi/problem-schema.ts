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

/** The body of every answer that is no success. */
export const problemSchema: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'https://shop.example/problems/insufficient_stock' },
    title: { type: 'string', example: 'Not enough stock' },
    status: { type: 'integer', example: 409 },
    detail: { type: 'string' },
    instance: { type: 'string', example: '/v1/orders' },
    code: { type: 'string', description: 'Stable; documented at `type`', example: 'insufficient_stock' },
    requestId: { type: 'string', description: 'Also in the X-Request-Id header and in the log' },
    errors: { type: 'array', items: violation },
  },
};
