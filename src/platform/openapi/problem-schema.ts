import { problemCatalog } from '../http/index.js';
import type { Response, Schema } from './document.js';
import { headersOf } from './headers.js';

const violation: Schema = {
  type: 'object',
  required: ['pointer', 'code', 'message'],
  properties: {
    pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) to the value', example: '/lines/0/quantity' },
    code: { type: 'string', example: 'min' },
    message: { type: 'string', example: 'quantity must not be less than 1' },
  },
};

const problem: Schema = {
  type: 'object',
  description: 'The body of every error response (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'https://shop.example/problems/precondition_failed' },
    title: { type: 'string', example: 'The resource has changed' },
    status: { type: 'integer', example: 412 },
    detail: { type: 'string', description: 'What happened, with which input' },
    instance: { type: 'string', example: '/v1/users/me' },
    code: { $ref: '#/components/schemas/ProblemCode' },
    requestId: { type: 'string', description: 'Also in the X-Request-Id header and in the log' },
    errors: {
      type: 'array',
      items: violation,
      description: 'The values that are invalid, where the code is about values',
    },
    'violated-policies': {
      type: 'array',
      items: { type: 'string' },
      description: 'Of a rate limit: the names of the limits that the request exceeds',
    },
  },
} as Schema;

/** The schemas of problems, with the codes of all loaded modules. */
export const problemSchema = (): Record<string, Schema> => ({
  ProblemCode: {
    type: 'string',
    description:
      'Stable, and explained at `/problems/<code>`. New codes may be added: treat an unknown one by its status.',
    enum: [...problemCatalog.keys()].toSorted(),
  },
  Problem: problem,
});

/** What any operation may respond beyond what it names. */
export const problemResponse: Response = {
  description: 'Another problem: of the connection, of the `Accept` header, or an error in Till.',
  headers: headersOf(['X-Request-Id']),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } as Schema } },
};
