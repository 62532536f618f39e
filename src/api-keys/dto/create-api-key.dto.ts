import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  Max,
  Min,
  registerDecorator,
} from 'class-validator';
import { type Permission, permissions } from '../../platform/access/index.js';
import { IfPresent, IsText } from '../../platform/http/index.js';
import { isNetwork } from '../domain/address-list.js';

/** What a key may do. A key makes no keys. */
export const scopes = permissions.filter((permission) => permission !== 'api_keys:write');

/** The days after which a key ends, at most. */
export const MAX_DAYS = 365;

const Network: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'isNetwork',
    target: target.constructor,
    propertyName: property as string,
    options: { each: true, message: 'must each be an IP address or a network, such as 192.0.2.0/24' },
    validator: { validate: (value: unknown) => typeof value === 'string' && isNetwork(value) },
  });

export class CreateApiKeyDto {
  @IsText({ min: 1, max: 100, blank: false })
  readonly name: string;

  @ApiProperty({ enum: scopes, isArray: true, minItems: 1, maxItems: scopes.length })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(scopes, { each: true, message: 'must each be a permission of GET /v1/permissions, and not api_keys:write' })
  readonly scopes: Permission[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_DAYS, default: 90 })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  readonly expiresInDays?: number;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$' },
    maxItems: 50,
    description: 'The only addresses that may use it; any when absent',
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(50)
  @Network
  readonly addresses?: string[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    description: 'RATE_LIMIT_PER_USER when absent',
  })
  @IfPresent()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly requestsPerMinute?: number;
}
