import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../platform/access/index.js';
import { answerWithETag, IdPipe, Lists, PageQuery } from '../platform/http/index.js';
import type { WebhookEndpointId } from '../shared/ids.js';
import { ChangeWebhookEndpointDto } from './dto/change-webhook-endpoint.dto.js';
import { CreateWebhookEndpointDto } from './dto/create-webhook-endpoint.dto.js';
import { RotateSecretDto } from './dto/rotate-secret.dto.js';
import { TargetCheck } from './target-check.js';
import { presentWebhookEndpoint } from './webhook-endpoint.presenter.js';
import { NewWebhookEndpointView, RotatedSecretView, WebhookEndpointView } from './webhook-endpoint.view.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

@ApiTags('webhook endpoints')
@ApiBearerAuth()
@RequirePermission('webhooks:write')
@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly targets: TargetCheck,
  ) {}

  @Get()
  @Lists(WebhookEndpointView, presentWebhookEndpoint)
  list(@Query() { limit, cursor }: PageQuery) {
    return this.endpoints.list(limit, cursor);
  }

  /** Not idempotent by key: that would store the secret in the database. */
  @Post()
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: NewWebhookEndpointView })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<NewWebhookEndpointView> {
    const url = await this.targets.check(body.url);
    const { endpoint, secret } = await this.endpoints.create(caller, { ...body, url });
    return { ...presentWebhookEndpoint(endpoint), secret };
  }

  @Get(':id')
  @ApiOkResponse({ type: WebhookEndpointView })
  async read(
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const endpoint = await this.endpoints.read(id);
    return answerWithETag(presentWebhookEndpoint(endpoint), endpoint.version, request, reply);
  }

  @Patch(':id')
  @RequireRecentSignIn()
  @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag of the version that was read' })
  @ApiOkResponse({ type: WebhookEndpointView })
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Body() body: ChangeWebhookEndpointDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const url = body.url === undefined ? undefined : await this.targets.check(body.url);
    const endpoint = await this.endpoints.change(caller, id, { ...body, url }, request.headers['if-match']);
    return answerWithETag(presentWebhookEndpoint(endpoint), endpoint.version, request, reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  delete(@Param('id', IdPipe('whe')) id: WebhookEndpointId): Promise<void> {
    return this.endpoints.delete(id);
  }

  @Post(':id/secret-rotations')
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: RotatedSecretView })
  async rotate(
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Body() { overlapHours }: RotateSecretDto,
  ): Promise<RotatedSecretView> {
    const { secret, previousExpiresAt } = await this.endpoints.rotate(id, overlapHours);
    return { secret, previousExpiresAt: previousExpiresAt.toISOString() };
  }
}
