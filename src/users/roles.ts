import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, Matches } from 'class-validator';

const NAME = /^[a-z][a-z0-9_]{1,39}$/;

/** Names of roles in a body: one or more, each once. Whether there are such roles, the service says. */
export const Roles = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'array', items: { type: 'string', pattern: NAME.source }, minItems: 1, maxItems: 20 }),
    IsArray() as PropertyDecorator,
    ArrayNotEmpty() as PropertyDecorator,
    ArrayMaxSize(20) as PropertyDecorator,
    ArrayUnique() as PropertyDecorator,
    Matches(NAME, { each: true, message: 'must each be the name of a role' }) as PropertyDecorator,
  ) as PropertyDecorator;
