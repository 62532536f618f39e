import { ApiProperty } from '@nestjs/swagger';
import { type Permission, permissions } from '../platform/access/index.js';

/** A role as clients see it. */
export class RoleView {
  @ApiProperty({ example: 'returns_desk' })
  readonly name: string;

  @ApiProperty()
  readonly description: string;

  @ApiProperty({ enum: permissions, isArray: true })
  readonly permissions: readonly Permission[];

  @ApiProperty({ description: "Whether it is part of Till, and can't be changed" })
  readonly builtIn: boolean;
}

/** All roles. */
export class RolesView {
  @ApiProperty({ type: [RoleView] })
  readonly data: readonly RoleView[];
}
