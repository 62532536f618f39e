import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createValidationPipe } from '../platform/http/index.js';
import { nestAttributes } from './domain/attribute-filter.js';

const NestedQuery = createParamDecorator((_: unknown, context: ExecutionContext) =>
  nestAttributes(context.switchToHttp().getRequest<FastifyRequest>().query as Record<string, unknown>),
);

/** The query with its `attributes[name]` keys collected, validated like every other query. */
export const ListQuery = () => NestedQuery(createValidationPipe({ validateCustomDecorators: true }));
