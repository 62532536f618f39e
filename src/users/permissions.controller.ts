import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { permissionDocs, rolesWith, SignedIn } from '../platform/access/index.js';
import { PermissionsView } from './permission.view.js';

/** The table of permissions. An operation of the OpenAPI document names its permission as `x-permission`. */
@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/permissions')
export class PermissionsController {
  @Get()
  @SignedIn()
  @ApiOkResponse({ type: PermissionsView })
  list(): PermissionsView {
    return { data: permissionDocs.map((doc) => ({ ...doc, roles: rolesWith(doc.name) })) };
  }
}
