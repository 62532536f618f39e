import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsBoolean, Matches } from 'class-validator';
import { IfPresent, IsText } from '../../platform/http/index.js';
import { FILTER } from '../../shared/event-filter.js';

const MAX_TYPES = 100;

/** The URL of a receiver. What is behind it is checked when it is saved and with each connection. */
export const IsEndpointUrl = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ format: 'uri', example: 'https://shop.example/webhooks/till' }),
    IsText({ min: 1, max: 2000 }) as PropertyDecorator,
  ) as PropertyDecorator;

/** Types of events: `order.placed`, all of one thing (`order.*`), or all (`*`). */
export const IsEventFilters = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'string', pattern: FILTER.source, maxLength: 100 },
      minItems: 1,
      maxItems: MAX_TYPES,
      example: ['order.*', 'refund.failed'],
    }),
    IsArray() as PropertyDecorator,
    ArrayNotEmpty() as PropertyDecorator,
    ArrayMaxSize(MAX_TYPES) as PropertyDecorator,
    ArrayUnique() as PropertyDecorator,
    Matches(FILTER, {
      each: true,
      message: 'must each be a type of event, such as order.placed, or order.*, or *',
    }) as PropertyDecorator,
  ) as PropertyDecorator;

/** Whether messages have signatures of RFC 9421 as well. */
export const IsHttpSignatures = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: 'boolean',
      description: 'Whether messages have HTTP message signatures (RFC 9421) as well, by Ed25519, with Content-Digest',
    }),
    IfPresent() as PropertyDecorator,
    IsBoolean() as PropertyDecorator,
  ) as PropertyDecorator;
