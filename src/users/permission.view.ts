import { ApiProperty } from '@nestjs/swagger';
import { type Permission, permissions, type Role, roles } from '../platform/access/index.js';

/** A permission as clients see it. */
export class PermissionView {
  @ApiProperty({ enum: permissions })
  readonly name: Permission;

  @ApiProperty({ example: 'Ship orders' })
  readonly description: string;

  @ApiProperty({ enum: roles, isArray: true, description: 'The built-in roles that have it' })
  readonly roles: readonly Role[];

  @ApiProperty({ description: 'Whether the caller has it' })
  readonly held: boolean;
}

/** All permissions. */
export class PermissionsView {
  @ApiProperty({ type: [PermissionView] })
  readonly data: readonly PermissionView[];
}
