import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, OwnOr, RequirePermission, SignedIn } from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, Lists, SendsETag } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import type { UserId } from '../shared/ids.js';
import { Operation } from '../platform/openapi/index.js';
import { ChangeMeDto, ChangeUserDto } from './dto/change-user.dto.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import type { User } from './user.entity.js';
import { presentUser } from './user.presenter.js';
import { UserView } from './user.view.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Operation('readMe', 'Read my account')
  @SendsETag()
  @SignedIn()
  @ApiOkResponse({ type: UserView })
  async readMe(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.users.read(caller, caller.userId), request, reply);
  }

  @Patch('me')
  @Operation('changeMe', 'Change my account', {
    description: 'Members that are absent stay as they are.',
    refuses: ['email_taken', 'account_erased'],
  })
  @SendsETag()
  @SignedIn()
  @ApiOkResponse({ type: UserView })
  async changeMe(
    @CurrentCaller() caller: Caller,
    @Body() changes: ChangeMeDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.users.change(caller, caller.userId, changes, ifMatch), request, reply);
  }

  @Get()
  @Operation('listUsers', 'List accounts')
  @RequirePermission('users:read')
  @Lists(UserView, presentUser)
  list(@Query() query: ListUsersQuery) {
    return this.users.list(query);
  }

  @Post()
  @Operation('createUser', 'Make an account without a password', {
    description:
      'Its owner sets the password by `POST /v1/auth/password/forgot`. Somebody with a role in the shop gets an invitation.',
    refuses: ['email_taken', 'recent_sign_in_required'],
  })
  @RequirePermission('users:write')
  @Idempotent({ required: false })
  @Creates(UserView, '/v1/users/{id}')
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateUserDto) {
    return presentUser(await this.users.create(caller, body));
  }

  @Get(':id')
  @Operation('readUser', 'Read an account')
  @SendsETag()
  @OwnOr('users:read')
  @ApiOkResponse({ type: UserView })
  async read(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('usr')) id: UserId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.users.read(caller, id), request, reply);
  }

  @Patch(':id')
  @Operation('changeUser', 'Change an account, its roles or its status', {
    description:
      'Members that are absent stay as they are. The caller holds all permissions that the account has and gets.',
    refuses: ['email_taken', 'account_erased', 'own_roles', 'own_status', 'last_admin', 'recent_sign_in_required'],
  })
  @SendsETag()
  @RequirePermission('users:write')
  @ApiOkResponse({ type: UserView })
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('usr')) id: UserId,
    @Body() changes: ChangeUserDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.users.change(caller, id, changes, ifMatch), request, reply);
  }
}

function answer(user: User, request: FastifyRequest, reply: FastifyReply): UserView | undefined {
  return answerWithETag(presentUser(user), user.version, request, reply);
}
