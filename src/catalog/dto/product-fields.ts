import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { MoneyDto } from './money.dto.js';

/** Text of 1 to `max` characters, not only spaces. */
export const IsLabel = (max: number): PropertyDecorator =>
  applyDecorators(IsString(), MaxLength(max), Matches(/\S/, { message: 'must not be blank' })) as PropertyDecorator;

export const IsSku = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    MaxLength(100),
    Matches(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, { message: 'must be printable, without spaces around it' }),
  ) as PropertyDecorator;

export const IsDescription = (): PropertyDecorator =>
  applyDecorators(IsString(), MaxLength(10_000)) as PropertyDecorator;

export const IsPrice = ({ required = true } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: MoneyDto, required }),
    IsObject(),
    ValidateNested(),
    Type(() => MoneyDto),
  ) as PropertyDecorator;
