import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { type Permission, permissions } from '../../platform/access/index.js';
import { IfPresent, IsText } from '../../platform/http/index.js';

/** Permissions in a body, each once. */
export const Permissions = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ enum: permissions, isArray: true, maxItems: permissions.length }),
    IsArray() as PropertyDecorator,
    ArrayUnique() as PropertyDecorator,
    IsIn(permissions, { each: true, message: 'must each be a permission of GET /v1/permissions' }) as PropertyDecorator,
  ) as PropertyDecorator;

export class ChangeRoleDto {
  @IfPresent()
  @IsText({ max: 200 })
  readonly description?: string;

  @IfPresent()
  @Permissions()
  readonly permissions?: Permission[];
}

export class CreateRoleDto {
  @ApiProperty({ pattern: '^[a-z][a-z0-9_]{1,39}$', example: 'returns_desk' })
  @Matches(/^[a-z][a-z0-9_]{1,39}$/, { message: 'must have 2 to 40 small letters, digits and underscores' })
  readonly name: string;

  @IfPresent()
  @IsText({ max: 200 })
  readonly description?: string;

  @Permissions()
  readonly permissions: Permission[];
}
