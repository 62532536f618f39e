import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

/**
 * A member that may be left out. `null` is not "left out": it is refused by the member's name, so that nobody's mistake is
 * taken for a choice. class-validator's `IsOptional` would let it through to code and columns that expect a value.
 */
export const IfPresent = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional() as PropertyDecorator,
    ValidateIf((_, value: unknown) => value !== undefined),
  ) as PropertyDecorator;
