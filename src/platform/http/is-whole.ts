import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';

/** A whole number within limits, both included, as the description of the API says too. */
export function IsWhole({ min, max }: { readonly min: number; readonly max: number }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minimum: min, maximum: max }),
    IsInt() as PropertyDecorator,
    Min(min) as PropertyDecorator,
    Max(max) as PropertyDecorator,
  ) as PropertyDecorator;
}
