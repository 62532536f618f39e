import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { type IdempotencyOptions, OPTIONS } from './idempotency-options.js';

/** The handler has one effect per `Idempotency-Key`, regardless of the number of calls. */
export const Idempotent = (options: IdempotencyOptions = {}) =>
  applyDecorators(SetMetadata(OPTIONS, options), UseInterceptors(IdempotencyInterceptor));

/** Returns what `@Idempotent` says of a handler. */
export function idempotencyOf(handler: object): IdempotencyOptions | undefined {
  return Reflect.getMetadata(OPTIONS, handler) as IdempotencyOptions | undefined;
}
