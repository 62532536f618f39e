import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission } from '../platform/access/index.js';
import { Creates, IdPipe, Lists } from '../platform/http/index.js';
import { Idempotent } from '../platform/idempotency/index.js';
import { Operation } from '../platform/openapi/index.js';
import type { WebhookDeliveryId, WebhookEndpointId } from '../shared/ids.js';
import { ListDeliveriesQuery } from './dto/list-deliveries.query.js';
import { ReplayEventsDto } from './dto/replay-events.dto.js';
import { presentDeliveryLog, presentWebhookDelivery } from './webhook-delivery.presenter.js';
import { WebhookDeliveryLogView, WebhookDeliveryView, WebhookReplayView } from './webhook-delivery.view.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { RangeReplay } from './range-replay.js';

@ApiTags('webhook endpoints')
@ApiBearerAuth()
@RequirePermission('webhooks:write')
@Controller('v1')
export class WebhookDeliveriesController {
  constructor(
    private readonly deliveries: WebhookDeliveriesService,
    private readonly replays: RangeReplay,
  ) {}

  @Get('webhook-endpoints/:id/deliveries')
  @Operation('listWebhookDeliveries', 'List what was, and is to be, sent to a webhook endpoint')
  @Lists(WebhookDeliveryView, presentWebhookDelivery)
  list(@Param('id', IdPipe('whe')) id: WebhookEndpointId, @Query() query: ListDeliveriesQuery) {
    return this.deliveries.list(id, query);
  }

  @Post('webhook-endpoints/:id/pings')
  @Operation('pingWebhookEndpoint', 'Send a test message to a webhook endpoint', {
    description: 'A message of type `ping`. The delivery shows the outcome.',
    refuses: ['webhook_endpoint_disabled'],
  })
  @Idempotent({ required: false })
  @Creates(WebhookDeliveryView, '/v1/webhook-deliveries/{id}')
  async ping(@Param('id', IdPipe('whe')) id: WebhookEndpointId): Promise<WebhookDeliveryView> {
    return presentWebhookDelivery(await this.deliveries.ping(id));
  }

  @Post('webhook-endpoints/:id/replays')
  @Operation('replayEvents', 'Send the events of a range to a webhook endpoint', {
    description:
      'Also needs `events:read`. Those that it wants, once more or for the first time; of 10,000 events at most.',
    refuses: ['webhook_endpoint_disabled'],
  })
  @Idempotent({ required: false })
  @ApiCreatedResponse({ type: WebhookReplayView })
  async replay(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('whe')) id: WebhookEndpointId,
    @Body() range: ReplayEventsDto,
  ): Promise<WebhookReplayView> {
    return { deliveries: await this.replays.replay(caller, id, range) };
  }

  @Get('webhook-deliveries/:id')
  @Operation('readWebhookDelivery', 'Read a webhook delivery with its attempts', {
    description: 'Also needs `events:read`.',
  })
  @ApiOkResponse({ type: WebhookDeliveryLogView })
  async read(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('dlv')) id: WebhookDeliveryId,
  ): Promise<WebhookDeliveryLogView> {
    return presentDeliveryLog(await this.deliveries.read(caller, id));
  }

  @Post('webhook-deliveries/:id/redeliveries')
  @Operation('redeliverWebhook', 'Send a webhook once more', {
    description: 'Also needs `events:read`.',
    refuses: ['webhook_endpoint_disabled'],
  })
  @Idempotent({ required: false })
  @Creates(WebhookDeliveryView, '/v1/webhook-deliveries/{id}')
  async redeliver(
    @CurrentCaller() caller: Caller,
    @Param('id', IdPipe('dlv')) id: WebhookDeliveryId,
  ): Promise<WebhookDeliveryView> {
    return presentWebhookDelivery(await this.deliveries.redeliver(caller, id));
  }
}
