import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, permissionDocs, rolesWith, SignedIn } from '../platform/access/index.js';
import { Operation } from '../platform/openapi/index.js';
import { PermissionsView } from './permission.view.js';

/** The table of permissions. An operation of the OpenAPI document names its permission as `x-permission`. */
@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/permissions')
export class PermissionsController {
  @Get()
  @Operation('listPermissions', 'List all permissions, with the built-in roles that have them', {
    description: 'Each operation names its permission as `x-permission`.',
  })
  @SignedIn()
  @ApiOkResponse({ type: PermissionsView })
  list(@CurrentCaller() { permissions }: Caller): PermissionsView {
    const shown = permissionDocs.map((doc) => ({
      ...doc,
      roles: rolesWith(doc.name),
      held: permissions.has(doc.name),
    }));
    return { data: shown };
  }
}
