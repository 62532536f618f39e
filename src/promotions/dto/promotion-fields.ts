import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsString,
  Matches,
  registerDecorator,
} from 'class-validator';
import { MAX_AMOUNT } from '../../shared/money.js';
import { isWithin } from '../../shared/text.js';
import { IfPresent, IsWhole } from '../../platform/http/index.js';

const MAX_USES = 1_000_000_000;

/** A number of uses, which may be left out. */
export const IsUses = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, example: 50 }),
    IfPresent(),
    IsWhole({ min: 1, max: MAX_USES }),
  ) as PropertyDecorator;

/** An amount of minor units, which may be left out. */
export const IsMinorUnits = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description, example: 10_000 }),
    IfPresent(),
    IsWhole({ min: 1, max: MAX_AMOUNT }),
  ) as PropertyDecorator;

interface TextLimits {
  /** Characters of each text, at most. */
  readonly each: number;
  /** Texts, at most. */
  readonly max: number;
  readonly pattern?: RegExp;
}

/** Different texts, which may be left out. */
export const ListOfTexts = (
  { each, max, pattern = /^[^\p{C}]+$/u }: TextLimits,
  description: string,
): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description,
      type: 'array',
      items: { type: 'string', maxLength: each },
      minItems: 1,
      maxItems: max,
    }),
    IfPresent(),
    IsArray(),
    ArrayNotEmpty(),
    ArrayMaxSize(max),
    ArrayUnique(),
    IsString({ each: true }),
    eachWithin(each),
    Matches(pattern, { each: true, message: `must each have the form ${pattern.source}` }),
  ) as PropertyDecorator;

/** In code points, as the columns count; class-validator's `MaxLength` ignores variation selectors. */
function eachWithin(max: number): PropertyDecorator {
  const validate = (value: unknown) =>
    Array.isArray(value) && value.every((text) => typeof text === 'string' && isWithin(text, max));
  return (target, property) =>
    registerDecorator({
      name: 'maxLength',
      target: target.constructor,
      propertyName: property as string,
      options: { message: `must each have ${max} characters at most` },
      validator: { validate },
    });
}
