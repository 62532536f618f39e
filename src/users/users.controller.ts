import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, OwnOr, RequirePermission, SignedIn } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import type { UserId } from '../shared/ids.js';
import { ChangeMeDto, ChangeUserDto } from './dto/change-user.dto.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import type { User } from './user.entity.js';
import { presentUser } from './user.presenter.js';
import { UserView } from './user.view.js';
import { UsersService } from './users.service.js';

const ifMatchHeader = { name: 'If-Match', required: false, description: 'The ETag of the version that was read' };

@ApiTags('users')
@ApiBearerAuth()
@Controller('v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
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
  @SignedIn()
  @ApiHeader(ifMatchHeader)
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
  @RequirePermission('users:read')
  @Lists(UserView, presentUser)
  list(@Query() query: ListUsersQuery) {
    return this.users.list(query);
  }

  @Post()
  @RequirePermission('users:write')
  @Idempotent({ required: false })
  @ApiCreatedResponse({ type: UserView })
  async create(@CurrentCaller() caller: Caller, @Body() body: CreateUserDto) {
    return presentUser(await this.users.create(caller, body));
  }

  @Get(':id')
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
  @ApiHeader(ifMatchHeader)
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
