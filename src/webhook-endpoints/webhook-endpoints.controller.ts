import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, RequirePermission, RequireRecentSignIn } from '../platform/access/index.js';
import { answerWithETag, Creates, IdPipe, Lists, PageQuery, SendsETag } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import type { WebhookEndpointId } from '../shared/ids.js';
import { publicKeyOf } from './domain/signature.js';
import { ChangeWebhookEndpointDto } from './dto/change-webhook-endpoint.dto.js';
import { CreateWebhookEndpointDto } from './dto/create-webhook-endpoint.dto.js';
import { RotateSecretDto } from './dto/rotate-secret.dto.js';
import { KnownEventTypes } from './known-event-types.js';
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
    private readonly types: KnownEventTypes,
  ) {}

  @Get()
  @Operation('listWebhookEndpoints', 'List webhook endpoints')
  @Lists(WebhookEndpointView, presentWebhookEndpoint)
  list(@Query() { limit, cursor }: PageQuery) {
    return this.endpoints.list(limit, cursor);
  }

  /** Not idempotent by key: that would store the secret in the database. */
  @Post()
  @Operation('createWebhookEndpoint', 'Make a webhook endpoint', {
    description: 'Also needs `events:read`. The response has the secret, which is not shown again.',
    refuses: ['webhook_secrets_unavailable'],
  })
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @Creates(NewWebhookEndpointView, '/v1/webhook-endpoints/{id}')
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateWebhookEndpointDto,
  ): Promise<NewWebhookEndpointView> {
    this.types.assertKnown(body.types);
    const url = await this.targets.check(body.url);
    const { endpoint, secret } = await this.endpoints.create(caller, { ...body, url });
    return { ...presentWebhookEndpoint(endpoint), secret, publicKey: publicKeyOf(secret) };
  }

  @Get(':id')
  @Operation('readWebhookEndpoint', 'Read a webhook endpoint')
  @SendsETag()
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
  @Operation('changeWebhookEndpoint', 'Change a webhook endpoint', {
    description: 'Also needs `events:read`. With the status `enabled`, what waits for a disabled endpoint is sent.',
  })
  @SendsETag()
  @RequireRecentSignIn()
  @ApiOkResponse({ type: WebhookEndpointView })
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Body() body: ChangeWebhookEndpointDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (body.types) this.types.assertKnown(body.types);
    const url = body.url === undefined ? undefined : await this.targets.check(body.url);
    const endpoint = await this.endpoints.change(caller, id, { ...body, url }, ifMatch);
    return answerWithETag(presentWebhookEndpoint(endpoint), endpoint.version, request, reply);
  }

  @Delete(':id')
  @Operation('deleteWebhookEndpoint', 'Delete a webhook endpoint', {
    description: 'With its secrets. What waits for it is not sent.',
  })
  @HttpCode(204)
  @ApiNoContentResponse()
  delete(@Param('id', IdPipe('whe')) id: WebhookEndpointId): Promise<void> {
    return this.endpoints.delete(id);
  }

  @Post(':id/secret-rotations')
  @Operation('rotateWebhookSecret', 'Make a new secret of a webhook endpoint', {
    description: 'Also needs `events:read`. The secret before signs as well for a while.',
    refuses: ['webhook_secrets_unavailable'],
  })
  @RequireRecentSignIn()
  @Header('Cache-Control', 'no-store')
  @ApiCreatedResponse({ type: RotatedSecretView })
  async rotate(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Body() { overlapHours }: RotateSecretDto,
  ): Promise<RotatedSecretView> {
    const { secret, previousExpiresAt } = await this.endpoints.rotate(caller, id, overlapHours);
    return { secret, publicKey: publicKeyOf(secret), previousExpiresAt: previousExpiresAt.toISOString() };
  }
}
