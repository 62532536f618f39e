import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { type IdempotencyOptions, OPTIONS } from './idempotency-options.js';

const keyHeader = {
  name: 'Idempotency-Key',
  description: 'New for each intent, the same for each retry of it',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The handler has one effect per `Idempotency-Key`, regardless of the number of calls. */
export const Idempotent = (options: IdempotencyOptions = {}) =>
  applyDecorators(
    SetMetadata(OPTIONS, options),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({ ...keyHeader, required: options.required ?? true }),
  );
