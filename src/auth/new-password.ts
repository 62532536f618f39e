import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsText } from '../platform/http/index.js';
import { SecretMember } from '../platform/idempotency/index.js';
import { normalizePassword, PASSWORD_LENGTH } from './domain/password-policy.js';

/**
 * A new password in a request body. It is normalized in place before its length is checked, as before hashing; `assertHardToGuess` checks
 * the rest, which depends on the account. A new account has no second factor yet (`alone`).
 */
export const NewPassword = ({ alone = false } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      format: 'password',
      description: alone
        ? 'At least 15 characters; none of the common ones'
        : 'At least 15 characters, or 8 for an account with a second factor; none of the common ones',
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizePassword(value) : value)),
    IsText({ min: alone ? PASSWORD_LENGTH.min : PASSWORD_LENGTH.minWithSecondFactor, max: PASSWORD_LENGTH.max }),
    SecretMember(),
  ) as PropertyDecorator;
