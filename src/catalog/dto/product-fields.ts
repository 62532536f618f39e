import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, Matches, ValidateNested } from 'class-validator';
import { IsText, IsWhole } from '../../platform/http/index.js';
import { MAX_WEIGHT } from '../domain/product.js';
import { MoneyDto } from './money.dto.js';

/** Text of 1 to `max` characters, not only spaces. */
export const IsLabel = (max: number): PropertyDecorator => IsText({ max, blank: false });

/** A sku of 1 to 100 characters. It is normalized in place (Unicode NFC). */
export const IsSku = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC') : value)),
    IsText({ max: 100 }),
    Matches(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, { message: 'must be printable, without spaces around it' }),
  ) as PropertyDecorator;

/** A name for a class of products with one tax rate. */
export const TAX_CLASS = /^[a-z][a-z0-9_]{0,39}$/;

export const IsTaxClass = (): PropertyDecorator =>
  Matches(TAX_CLASS, { message: 'must be a name of small letters, digits and _' });

/** Grams of one piece. */
export const IsWeight = (): PropertyDecorator => IsWhole({ min: 0, max: MAX_WEIGHT });

export const IsDescription = (): PropertyDecorator => IsText({ max: 10_000 });

export const IsPrice = ({ required = true } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: MoneyDto, required }),
    IsObject(),
    ValidateNested(),
    Type(() => MoneyDto),
  ) as PropertyDecorator;
