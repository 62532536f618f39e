import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsText } from '../platform/http/index.js';
import { SecretMember } from '../platform/idempotency/index.js';
import { normalizePassword, PASSWORD_LENGTH } from './domain/password-policy.js';

/** A new password in a request body. It is normalized in place before its length is checked, as before hashing. */
export const NewPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ format: 'password' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizePassword(value) : value)),
    IsText(PASSWORD_LENGTH),
    SecretMember(),
  ) as PropertyDecorator;
