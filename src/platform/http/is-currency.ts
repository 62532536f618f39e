import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { registerDecorator } from 'class-validator';
import { isCurrency } from '../../shared/money.js';

/** A currency that Till knows: an ISO 4217 code in capital letters. */
export function IsCurrency(): PropertyDecorator {
  return applyDecorators(ApiProperty({ pattern: '^[A-Z]{3}$' }), known) as PropertyDecorator;
}

const known: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'isCurrency',
    target: target.constructor,
    propertyName: property as string,
    options: { message: 'must be an ISO 4217 currency code, such as EUR' },
    validator: { validate: (value: unknown) => typeof value === 'string' && isCurrency(value) },
  });
