import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, registerDecorator } from 'class-validator';
import { characters, isWithin } from '../../shared/text.js';

interface TextLimits {
  /** The minimum number of characters; 0 by default. */
  readonly min?: number;
  readonly max: number;
  /** Whether a text of only spaces is allowed; true by default. */
  readonly blank?: boolean;
}

/**
 * Text of a body or query with limits in code points, like its column and PostgreSQL's `length`. class-validator's `MaxLength`
 * ignores variation selectors and accepts text that the column refuses.
 */
export function IsText({ min = 0, max, blank = true }: TextLimits): PropertyDecorator {
  const least = blank ? min : Math.max(min, 1);
  return applyDecorators(
    ApiProperty({ maxLength: max, ...(least > 0 && { minLength: least }) }),
    IsString() as PropertyDecorator,
    min > 0
      ? limit(
          'isLength',
          `must have ${min} to ${max} characters`,
          (text) => isWithin(text, max) && characters(text) >= min,
        )
      : limit('maxLength', `must have ${max} characters at most`, (text) => isWithin(text, max)),
    ...(blank ? [] : [Matches(/\S/, { message: 'must not be blank' }) as PropertyDecorator]),
  ) as PropertyDecorator;
}

function limit(name: string, message: string, holds: (text: string) => boolean): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: property as string,
      options: { message },
      validator: { validate: (value: unknown) => typeof value === 'string' && holds(value) },
    });
}
