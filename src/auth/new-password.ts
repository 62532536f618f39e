import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsText } from '../platform/http/index.js';
import { normalizePassword, PASSWORD_LENGTH } from './domain/password-policy.js';

/** A password in a body that somebody chooses: normalized in place, then measured, as it is hashed. */
export const NewPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ format: 'password' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizePassword(value) : value)),
    IsText(PASSWORD_LENGTH),
  ) as PropertyDecorator;
