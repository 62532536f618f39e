import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Caller,
  CurrentCaller,
  isRole,
  RequirePermission,
  RequireRecentSignIn,
  roles,
} from '../platform/access/index.js';
import { answerWithETag, Creates, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ChangeRoleDto, CreateRoleDto } from './dto/role.dto.js';
import { presentBuiltInRole, presentRole } from './role.presenter.js';
import { RolesView, RoleView } from './role.view.js';
import { RolesService } from './roles.service.js';

@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/roles')
export class RolesController {
  constructor(private readonly service: RolesService) {}

  /** The built-in roles first. */
  @Get()
  @Operation('listRoles', 'List roles', { description: 'The built-in roles first.' })
  @RequirePermission('users:read')
  @ApiOkResponse({ type: RolesView })
  async list(): Promise<RolesView> {
    return { data: [...roles.map(presentBuiltInRole), ...(await this.service.list()).map(presentRole)] };
  }

  @Post()
  @Operation('createRole', 'Make a role of permissions', {
    description: 'The caller holds all its permissions.',
    refuses: ['role_taken'],
  })
  @RequireRecentSignIn()
  @RequirePermission('roles:write')
  @Idempotent({ required: false })
  @Creates(RoleView, '/v1/roles/{name}')
  async create(@CurrentCaller() caller: Caller, @Body() { description = '', ...body }: CreateRoleDto) {
    return presentRole(await this.service.create(caller, { ...body, description }));
  }

  @Get(':name')
  @Operation('readRole', 'Read a role')
  @SendsETag()
  @RequirePermission('users:read')
  @ApiOkResponse({ type: RoleView })
  async read(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (isRole(name)) return answerWithETag(presentBuiltInRole(name), 1, request, reply);
    const role = await this.service.read(name);
    return answerWithETag(presentRole(role), role.version, request, reply);
  }

  @Patch(':name')
  @Operation('changeRole', 'Change a role', {
    description: 'Applies to everybody who has the role within 15 seconds.',
    refuses: ['built_in_role'],
  })
  @SendsETag()
  @RequireRecentSignIn()
  @RequirePermission('roles:write')
  @ApiOkResponse({ type: RoleView })
  async change(
    @CurrentCaller() caller: Caller,
    @Param('name') name: string,
    @Body() changes: ChangeRoleDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const role = await this.service.change(caller, name, changes, ifMatch);
    return answerWithETag(presentRole(role), role.version, request, reply);
  }

  @Delete(':name')
  @Operation('deleteRole', 'Delete a role', { refuses: ['built_in_role', 'role_in_use'] })
  @RequireRecentSignIn()
  @RequirePermission('roles:write')
  @HttpCode(204)
  @ApiNoContentResponse()
  async delete(@CurrentCaller() caller: Caller, @Param('name') name: string): Promise<void> {
    await this.service.delete(caller, name);
  }
}
